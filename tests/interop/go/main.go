// Checks what signoff signs and proves with Go's own packages, and nothing of signoff.
//
// Arguments: a folder that `signoff ledger prove --output` made, an earlier checkpoint, the newest one, and the
// hashes, one in hex a line, that prove that the second grew from the first.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	verifier := key(os.Args[1])
	receipts, err := filepath.Glob(filepath.Join(os.Args[1], "*.tlog-proof"))
	must(err)
	if len(receipts) == 0 {
		fail("there are no receipts")
	}
	for _, path := range receipts {
		entry := read(strings.TrimSuffix(path, ".tlog-proof") + ".json")
		must(includes(string(read(path)), entry, verifier))
		other := bytes.Replace(entry, []byte(`"v":1`), []byte(`"v":2`), 1)
		if includes(string(read(path)), other, verifier) == nil {
			fail("a receipt holds for an entry that it is not of")
		}
	}
	older, newer := head(read(os.Args[2]), verifier), head(read(os.Args[3]), verifier)
	var proof tlog.TreeProof
	for _, line := range strings.Fields(string(read(os.Args[4]))) {
		proof = append(proof, hash(hex.DecodeString(line)))
	}
	must(tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash))
	older.Hash[0] ^= 1
	if tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash) == nil {
		fail("growth is proved from what never was")
	}
	fmt.Printf("%d receipts, growth from %d to %d\n", len(receipts), older.N, newer.N)
}

func key(folder string) note.Verifier {
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(folder, "log.vkey")))))
	must(err)
	return verifier
}

// The checkpoint's text has the lines that tlog.ParseTree reads, under a first line of its own.
func head(text []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("a checkpoint of another form: " + opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	return tlog.Tree{N: size, Hash: hash(base64.StdEncoding.DecodeString(lines[2]))}
}

func includes(receipt string, entry []byte, verifier note.Verifier) error {
	proof, checkpoint, found := strings.Cut(receipt, "\n\n")
	lines := strings.Split(proof, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("a receipt of another form")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hashes = append(hashes, hash(base64.StdEncoding.DecodeString(line)))
	}
	tree := head([]byte(checkpoint), verifier)
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func hash(raw []byte, err error) tlog.Hash {
	must(err)
	var hash tlog.Hash
	if copy(hash[:], raw) != len(hash) {
		fail("a hash of another length")
	}
	return hash
}

func read(path string) []byte {
	text, err := os.ReadFile(path)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
