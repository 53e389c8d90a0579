//! Keys as people have them: files and agents of OpenSSH's own, checked by OpenSSH's own program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;
use signoff::ledger::{Document, form};
use signoff::signature::ssh::SshSignature;

use super::place::{Place, seen};
use crate::it::terminal::Terminal;

const TAG: &str = r#"{"action":{"tool":"issue_refund","arguments":{"amount":60,"to":"DE89"}}}"#;

struct Desk {
    place: Place,
    url: String,
    agent: String,
    ana: String,
}

fn desk() -> Desk {
    let mut place = Place::new();
    let url = place.serve();
    Desk {
        agent: place.add(&["agent", "add", "support-3"]),
        ana: place.add(&["reviewer", "add", "ana", "--role", "reviewer"]),
        place,
        url,
    }
}

impl Desk {
    /// A key that `ssh-keygen` makes; its path.
    fn keygen(&self, kind: &str) -> String {
        let path = self.place.path(&format!("id_{kind}"));
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", kind, "-N", "", "-C", "ana@example", "-f"])
            .arg(&path)
            .status();
        assert!(made.unwrap().success());
        path.to_string_lossy().into_owned()
    }

    fn propose(&self) -> (String, String) {
        let proposal = self.place.proposal(TAG);
        let envelope = self.place.json(&["--token-file", &self.agent, "submit", &proposal]);
        let text = |key: &str| envelope[key].as_str().unwrap().to_owned();
        (text("id"), text("payload_sha256"))
    }

    fn log_in(&self, identity: &str) -> Value {
        let login = ["--identity", identity, "--token-file", &self.ana, "login", &self.url];
        self.place.json(&login)
    }

    /// The newest decision's document and signature, as the ledger's own bytes have them.
    fn newest(&self) -> (Vec<u8>, SshSignature) {
        let ledger = rusqlite::Connection::open(self.place.data().join("ledger.db")).unwrap();
        let sql = "SELECT bytes FROM entry WHERE json_extract(bytes, '$.kind') = 'decided' ORDER BY seq DESC LIMIT 1";
        let bytes: Vec<u8> = ledger.query_row(sql, [], |row| row.get(0)).unwrap();
        let entry: Value = serde_json::from_slice(&bytes).unwrap();
        let signed = &entry["data"]["signed"];
        let document: Document = serde_json::from_value(signed["document"].clone()).unwrap();
        let signature = SshSignature::parse(signed["signature"].as_str().unwrap()).unwrap();
        (form(&document).unwrap(), signature)
    }

    /// What `ssh-keygen -Y verify` says of it.
    fn ssh_keygen_agrees(&self, public: &Path, message: &[u8], signature: &SshSignature) -> bool {
        let signers = self.place.path("allowed_signers");
        let line = fs::read_to_string(public).unwrap();
        fs::write(&signers, format!("ana namespaces=\"decision@signoff.v1\" {line}")).unwrap();
        let file = self.place.path("decision.sig");
        fs::write(&file, signature.armored()).unwrap();
        let mut child = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-I", "ana", "-n", "decision@signoff.v1", "-f"])
            .arg(&signers)
            .arg("-s")
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(message).unwrap();
        child.wait().unwrap().success()
    }
}

#[test]
fn what_the_policy_masks_is_signed_for_as_it_was_printed() {
    let desk = desk();
    desk.log_in(&desk.keygen("ed25519"));
    let masked = r#"{"action":{"tool":"issue_refund","arguments":{"amount":60,"card_number":"4111111111111111"}}}"#;
    for verb in ["approve", "reject", "edit"] {
        let proposal = desk.place.proposal(masked);
        let envelope = desk.place.json(&["--token-file", &desk.agent, "submit", &proposal]);
        let id = envelope["id"].as_str().unwrap();
        let shown = desk.place.json(&["show", id]);
        let digest = envelope["payload_sha256"].as_str().unwrap();
        assert!(shown["payload"]["shown_sha256"].is_string(), "{shown}");
        let mut arguments = vec![verb, id, "--digest", &digest[..12], "--reason", "so"];
        let file = desk.place.path("edited.json");
        fs::write(&file, r#"{"amount":50,"card_number":"4111111111111111"}"#).unwrap();
        if verb == "edit" {
            arguments.extend(["--arguments", file.to_str().unwrap()]);
        }
        let receipt = desk.place.json(&arguments);
        assert_eq!(receipt["signature"], "signed (ssh)", "{verb}: {receipt}");
    }
    assert!(seen(&desk.place.run(&["ledger", "verify"]), desk.place.folder.path()).contains("The ledger verifies"));
}

#[test]
fn who_logs_in_once_decides_with_a_key_and_without_a_credential() {
    let desk = desk();
    let identity = desk.keygen("ed25519");
    let seen = |arguments: &[&str]| seen(&desk.place.run(arguments), desk.place.folder.path());
    let early = seen(&["--identity", &identity, "login", &desk.url]);
    assert!(
        early.contains("is not registered at") && early.contains("--token-file FILE"),
        "{early}"
    );
    let login = desk.log_in(&identity);
    assert_eq!(login["name"], "ana");

    let (id, digest) = desk.propose();
    assert_snapshot!(seen(&["approve", &id, "--digest", &digest[..12]]), @"
    ID: approve by ana, vote 1 of 1; it is approved now. Entry 13, signed.
    exit 0
    ");
    let (message, signature) = desk.newest();
    let public = format!("{identity}.pub");
    assert!(desk.ssh_keygen_agrees(Path::new(&public), &message, &signature));
    let altered = String::from_utf8(message).unwrap().replace("approve", "reject!");
    assert!(!desk.ssh_keygen_agrees(Path::new(&public), altered.as_bytes(), &signature));
    assert!(seen(&["ledger", "verify"]).contains("The ledger verifies"));

    // The credential alone decides nothing any more.
    let (id, digest) = desk.propose();
    let unsigned = Command::new(super::place::BINARY)
        .env("XDG_STATE_HOME", desk.place.path("elsewhere"))
        .args([
            "--url",
            &desk.url,
            "--token-file",
            &desk.ana,
            "approve",
            &id,
            "--digest",
            &digest[..12],
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&unsigned.stderr).into_owned();
    assert!(said.contains("has to be signed with your key"), "{said}");

    assert!(seen(&["logout"]).contains("is over"));
    assert!(seen(&["approve", &id, "--digest", &digest[..12]]).contains("no person's credential was named"));
}

#[test]
fn an_agent_of_opensshs_own_signs_and_its_ecdsa_key_counts() {
    let desk = desk();
    let identity = desk.keygen("ecdsa");
    let agent = SshAgent::start(&desk.place.path("agent.sock"));
    agent.add(&identity);
    let run = |arguments: &[&str]| {
        let mut command = desk.place.command(arguments);
        let output = command
            .env("SSH_AUTH_SOCK", &agent.socket)
            .arg("--json")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    // Nothing is named: the agent has a key, so that is the one.
    run(&["--token-file", &desk.ana, "login"]);
    let (id, digest) = desk.propose();
    let receipt = run(&["approve", &id, "--digest", &digest[..12]]);
    assert_eq!(receipt["signature"], "signed (ssh)");
    let (message, signature) = desk.newest();
    let public = format!("{identity}.pub");
    assert!(desk.ssh_keygen_agrees(Path::new(&public), &message, &signature));

    // Without its agent the key signs nothing, and nothing is sent.
    let (id, digest) = desk.propose();
    let gone = desk.place.run(&["approve", &id, "--digest", &digest[..12]]);
    let said = String::from_utf8_lossy(&gone.stderr).into_owned();
    assert!(said.contains("There is no ssh-agent"), "{said}");
}

#[test]
fn where_only_ssh_keygen_knows_the_key_it_is_asked_to_sign() {
    let desk = desk();
    let identity = desk.keygen("ed25519");
    let public = format!("{identity}.pub");
    desk.log_in(&public);
    let (id, digest) = desk.propose();
    let receipt = desk.place.json(&["approve", &id, "--digest", &digest[..12]]);
    assert_eq!(receipt["signature"], "signed (ssh)");
    fs::remove_file(&identity).unwrap();
    let (id, digest) = desk.propose();
    let gone = desk.place.run(&["approve", &id, "--digest", &digest[..12]]);
    let said = seen(&gone, desk.place.folder.path());
    assert!(
        said.contains("your key did not sign, so nothing was sent: ssh-keygen did not sign:"),
        "{said}"
    );
}

#[test]
fn a_key_that_was_revoked_logs_in_no_more() {
    let desk = desk();
    let identity = desk.keygen("ed25519");
    desk.log_in(&identity);
    let key = desk.place.json(&["key", "list"])["key"].as_str().unwrap().to_owned();
    let revoked = desk.place.json(&["key", "revoke", &key]);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    let refused = desk
        .place
        .run(&["--identity", &identity, "--token-file", &desk.ana, "login", &desk.url]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("not by credential"), "{said}");
}

#[test]
fn a_gate_may_ask_everybody_for_signatures() {
    let mut place = Place::new();
    place.serve_with(&["--listen", "127.0.0.1:0", "--require-signatures"]);
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let proposal = place.proposal(TAG);
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let (id, digest) = (
        envelope["id"].as_str().unwrap(),
        envelope["payload_sha256"].as_str().unwrap(),
    );
    let refused = place.run(&["--token-file", &ana, "approve", id, "--digest", &digest[..12]]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("has to be signed with your key"), "{said}");
}

#[test]
fn a_key_is_registered_for_whom_the_credential_names_whoever_is_logged_in() {
    let desk = desk();
    let ben = desk.place.add(&["reviewer", "add", "ben", "--role", "reviewer"]);
    desk.log_in(&desk.keygen("ed25519"));
    let other = desk.keygen("ecdsa");
    let login = desk
        .place
        .json(&["--identity", &other, "--token-file", &ben, "login", &desk.url]);
    assert_eq!(login["name"], "ben");
}

#[test]
fn who_is_logged_in_adds_another_key_without_a_credential() {
    let desk = desk();
    desk.log_in(&desk.keygen("ed25519"));
    let login = desk
        .place
        .json(&["--identity", &desk.keygen("ecdsa"), "login", &desk.url]);
    assert_eq!(login["name"], "ana");
    let keys = desk.place.run(&["key", "list"]);
    assert_eq!(String::from_utf8_lossy(&keys.stdout).lines().count(), 2);
}

#[test]
fn a_pin_is_demanded_of_hardware_alone_and_a_key_file_has_none() {
    let desk = desk();
    let identity = desk.keygen("ed25519");
    let login = |more: &[&str]| {
        let named = ["--identity", &identity, "--token-file", &desk.ana, "login", &desk.url];
        seen(&desk.place.run(&[&named, more].concat()), desk.place.folder.path())
    };
    let refused = login(&["--pin"]);
    assert_snapshot!(refused, @"
    Error: Only a hardware key (an sk- kind) can be asked for a PIN.
    exit 1
    ");
    let logged_in = login(&[]);
    assert!(logged_in.contains("You are ana at"), "{logged_in}");
}

/// Its own home: the key is made where the settings are.
#[test]
fn a_key_that_login_makes_is_sealed_and_asks_for_its_passphrase_each_time() {
    let desk = desk();
    let home = desk.place.path("home");
    let typed = |arguments: &[&str]| {
        let script = [&["env", "-u", "SSH_AUTH_SOCK", super::place::BINARY], arguments].concat();
        Terminal::start_program(&home, "", &script, (120, 20))
    };
    let mut login = typed(&["--token-file", &desk.ana, "login", &desk.url]);
    login.wait_for("A passphrase to seal it with:");
    login.press("correct horse\r");
    login.wait_for("The same once more:");
    login.press("correct horse\r");
    // It is opened to show that one has it, and so it asks.
    login.wait_for("Passphrase of ");
    login.press("wrong\r");
    login.wait("it asks again", |screen| screen.matches("Passphrase of ").count() == 2);
    login.press("correct horse\r");
    login.wait_for("You are ana at");
    assert_eq!(login.end(), 0);

    let key = home.join("config/signoff/id_ed25519");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&key).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let opened = |passphrase: &str| {
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-y", "-P", passphrase, "-f"]).arg(&key).output().unwrap()
    };
    assert!(!opened("").status.success() && !opened("wrong").status.success());
    let public = opened("correct horse").stdout;
    assert!(
        fs::read(key.with_extension("pub"))
            .unwrap()
            .starts_with(public.trim_ascii())
    );

    let (id, digest) = desk.propose();
    let mut approve = typed(&["--url", &desk.url, "approve", &id, "--digest", &digest[..12]]);
    approve.wait_for("Passphrase of ");
    approve.press("correct horse\r");
    approve.wait_for("signed.");
    assert_eq!(approve.end(), 0);
    let (message, signature) = desk.newest();
    assert!(desk.ssh_keygen_agrees(&key.with_extension("pub"), &message, &signature));
}

#[test]
fn two_passphrases_that_differ_make_no_key() {
    let desk = desk();
    let home = desk.place.path("home");
    let script = ["env", "-u", "SSH_AUTH_SOCK", super::place::BINARY, "login", &desk.url];
    let mut login = Terminal::start_program(&home, "", &script, (120, 20));
    login.wait_for("A passphrase to seal it with:");
    login.press("correct horse\r");
    login.wait_for("The same once more:");
    login.press("correct hose\r");
    login.wait_for("They differ, so no key was made.");
    assert_eq!(login.end(), 2);
    assert!(!home.join("config/signoff/id_ed25519").exists());
}

/// An agent that ends with its test.
struct SshAgent {
    child: Child,
    socket: std::path::PathBuf,
}

impl SshAgent {
    fn start(socket: &Path) -> Self {
        let mut child = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It says where it listens once it does.
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            child,
            socket: socket.to_owned(),
        }
    }

    fn add(&self, identity: &str) {
        let added = Command::new("ssh-add")
            .env("SSH_AUTH_SOCK", &self.socket)
            .arg("-q")
            .arg(identity)
            .status();
        assert!(added.unwrap().success());
    }
}

impl Drop for SshAgent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
