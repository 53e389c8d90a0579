-- What ran before, by who and on what: read newest first, and never more than asked for.
CREATE INDEX envelope_ran_by ON envelope (agent, class, redeemed_at, target, amount) WHERE redeemed_at IS NOT NULL;
CREATE INDEX envelope_ran_on ON envelope (class, target, redeemed_at, amount) WHERE redeemed_at IS NOT NULL;
