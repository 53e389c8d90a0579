//! Libraries and programs of others, and how they are asked.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{PROGRAMS, done};

/// What stands before 32 bytes of Ed25519 in a public key's DER (RFC 8410).
const ED25519_DER: &[u8] = &[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// An environment of Python with exactly the packages that the programs were written against.
pub struct Python(PathBuf);

impl Python {
    pub fn install(folder: &Path) -> Self {
        let environment = folder.join("venv");
        let made = Command::new("python3").args(["-m", "venv"]).arg(&environment).output();
        done("python3 -m venv", &made.unwrap());
        let python = environment.join("bin/python");
        let installed = Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(format!("{PROGRAMS}/python/requirements.txt"))
            .output();
        done("pip install", &installed.unwrap());
        Self(python)
    }

    fn program(&self, name: &str) -> (Child, ChildStdin, ChildStdout) {
        let mut child = Command::new(&self.0)
            .arg(format!("{PROGRAMS}/python/{name}"))
            // Compiled files would lie beside the programs.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (asked, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        (child, asked, answers)
    }

    /// Starts what judges bundles.
    pub fn bundles(&self) -> Bundles {
        let (child, asked, answers) = self.program("bundle.py");
        Bundles {
            child,
            asked,
            answers: BufReader::new(answers),
        }
    }

    /// Has `PyJWT` read the token; what it says.
    pub fn read_token(&self, scene: &Scene) -> String {
        let manifest = fs::read(scene.bundle.join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let token = &scene.token;
        let told = json!({
            "token": token.text, "jwks": token.jwks, "payload_sha256": token.payload_sha256,
            "ledger": manifest["ledger"],
        });
        let (child, mut asked, answers) = self.program("approval_token.py");
        asked.write_all(told.to_string().as_bytes()).unwrap();
        drop(asked);
        let mut said = String::new();
        BufReader::new(answers).read_line(&mut said).unwrap();
        done("approval_token.py", &child.wait_with_output().unwrap());
        said.trim().to_owned()
    }
}

/// `cryptography`, `rfc8785`, `pymerkle` and `hashlib`, started once and asked of many bundles.
pub struct Bundles {
    child: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Bundles {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bundles {
    /// How much was `counts`, and which checks `failed`, with what the library said.
    pub fn judge(&mut self, bundle: &Path) -> Value {
        writeln!(self.asked, "{}", bundle.display()).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// Has openssl check the token's signature by the published key, and refuse it over other claims.
pub fn openssl_holds(scene: &Scene) -> String {
    let token = &scene.token;
    let (signed, signature) = token.text.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let head: Value = serde_json::from_slice(&decode(head)).unwrap();
    let mut keys = token.jwks["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == head["kid"]).unwrap();
    let der = [ED25519_DER, &decode(key["x"].as_str().unwrap())].concat();
    let path = |name: &str| scene.place.path(name);
    fs::write(path("token.der"), der).unwrap();
    fs::write(path("token.sig"), decode(signature)).unwrap();
    let verify = |text: &str| {
        fs::write(path("token.text"), text).unwrap();
        let mut openssl = Command::new("openssl");
        openssl.args(["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"]);
        openssl.arg("-inkey").arg(path("token.der"));
        openssl.arg("-in").arg(path("token.text"));
        openssl.arg("-sigfile").arg(path("token.sig")).output().unwrap()
    };
    assert!(!verify(&signed.replacen('A', "B", 1)).status.success());
    done("openssl", &verify(signed))
}
