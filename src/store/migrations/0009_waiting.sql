-- How much of each agent's waits for people, so that one alone cannot fill the queue. Counted with each change:
-- summing it up for each proposal would cost the more the longer the queue is.
CREATE TABLE waiting (
    agent BLOB PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO waiting SELECT agent, count(*) FROM envelope WHERE open = 1 GROUP BY agent;

CREATE TRIGGER envelope_waits AFTER INSERT ON envelope WHEN NEW.open = 1 BEGIN
    INSERT INTO waiting (agent, count) VALUES (NEW.agent, 1) ON CONFLICT (agent) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER envelope_turns AFTER UPDATE OF open ON envelope WHEN NEW.open != OLD.open BEGIN
    INSERT INTO waiting (agent, count) VALUES (NEW.agent, NEW.open - OLD.open)
    ON CONFLICT (agent) DO UPDATE SET count = count + excluded.count;
END;
