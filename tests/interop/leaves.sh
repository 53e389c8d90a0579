#!/usr/bin/env bash
# Reads a ledger's entries with sqlite3, hashes them with sha256sum, and holds them against the tree's own rows and
# against the lowest tiles of a bundle that was exported earlier. Nothing of signoff is in it.
#
# Arguments: a data folder's ledger.db, which no gate has open, and the folder of the bundle.
set -euo pipefail
ledger=$1 bundle=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/leaf"
# A leaf is SHA-256(0x00 || entry): https://www.rfc-editor.org/rfc/rfc6962#section-2.1.
sqlite3 "$ledger" "SELECT sum(writefile(printf('$work/leaf/%012d', seq), CAST(x'00' || bytes AS BLOB)) > 0) FROM entry" > "$work/written"
(cd "$work/leaf" && find . -type f | LC_ALL=C sort | xargs sha256sum) > "$work/sums"
awk '{ name = $2; sub(/.*\/0*/, "", name); if (name + 0 != NR - 1) { print "entry " NR - 1 " is missing"; exit 1 } }' "$work/sums"
cut -d' ' -f1 "$work/sums" > "$work/leaves"
sqlite3 "$ledger" 'SELECT lower(hex(hash)) FROM node WHERE level = 0 ORDER BY idx' > "$work/nodes"
(cd "$bundle/tile/0" && find . -type f | LC_ALL=C sort | xargs cat) | od -An -v -tx1 -w32 | tr -d ' ' > "$work/tiles"
cmp "$work/leaves" "$work/nodes"
cmp "$work/leaves" "$work/tiles"
# The newest head that is in the ledger is the one that was exported.
sqlite3 "$ledger" 'SELECT note FROM head ORDER BY size DESC LIMIT 1' | cmp -n "$(stat -c %s "$bundle/checkpoint")" - "$bundle/checkpoint"
echo "$(wc -l < "$work/leaves") leaves, hashed by sha256sum, are those of the tables and of the tiles"
