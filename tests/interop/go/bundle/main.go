// Checks what `signoff ledger export` wrote with Go's own packages, and nothing of signoff.
//
// Arguments: the folder, and earlier checkpoints of the same ledger, each as it was kept. Every entry is proved
// to be in the signed tree from the tiles alone, and the tree to have grown from each earlier one.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The height of C2SP tiles, which their paths do not name: https://c2sp.org/tlog-tiles.
const height = 8

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(folder, "log.vkey")))))
	must(err)
	tree := head(read(filepath.Join(folder, "checkpoint")), verifier)
	hashes := tlog.TileHashReader(tree, tiles(folder))
	for n, entry := range entries(folder, tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(n), hashes)
		must(err)
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), tlog.RecordHash(entry)); err != nil {
			fail(fmt.Sprintf("entry %d: %v", n, err))
		}
	}
	var grown []string
	for _, path := range os.Args[2:] {
		older := head(read(path), verifier)
		if older.N > tree.N {
			fail(fmt.Sprintf("there were %d entries, and there are %d", older.N, tree.N))
		}
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
		grown = append(grown, strconv.FormatInt(older.N, 10))
	}
	fmt.Printf("%d entries, grown from [%s]\n", tree.N, strings.Join(grown, " "))
}

type tiles string

func (tiles) Height() int { return height }

// TileHashReader holds each of them against the signed root before it believes it.
func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(folder), path(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n<<height < size; n++ {
		width := size - n<<height
		if width > 1<<height {
			width = 1 << height
		}
		// A tile of the bundles' shape: only its first part is called otherwise.
		name := path(tlog.Tile{H: height, L: 0, N: n, W: int(width)})
		data := read(filepath.Join(folder, strings.Replace(name, "tile/0/", "tile/entries/", 1)))
		for len(data) >= 2 {
			length := 2 + int(binary.BigEndian.Uint16(data))
			if length > len(data) {
				fail("an entry is cut")
			}
			all = append(all, data[2:length])
			data = data[length:]
		}
	}
	if int64(len(all)) != size {
		fail(fmt.Sprintf("%d entries under a head over %d", len(all), size))
	}
	return all
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
	var hash tlog.Hash
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	if copy(hash[:], root) != len(hash) {
		fail("a root of another length")
	}
	return tlog.Tree{N: size, Hash: hash}
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
