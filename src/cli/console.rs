//! `signoff` and `signoff demo`: the console, on a named gate, on one of its own, or on a stage.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{Demo, Place, Voice};
use super::connect::{caller, data_folder, embed, policy, read_token, take};
use super::error::CliError;
use super::machine::{Machine, fresh_key};
use super::output::Output;
use super::pen;
use super::settings::{self, Personal};
use super::trust;
use super::way::{Way, way};
use crate::client::Client;
use crate::console::{self, Clock, Ended, MemoryFile, Options, PinFile, Start};
use crate::demo::{self, Still};
use crate::domain::Role;
use crate::gate::{self, Embedded, PolicyChoice, World};
use crate::keys::Pen;
use crate::plain;
use crate::signature::ssh::SshSecretKey;
use crate::store;

/// Where a console's own gate listens if nothing else does: agents keep its address.
const PORT: u16 = 7433;

/// Opens the console. Without a named gate, one runs inside for as long as the console is open.
pub(super) async fn run(place: &Place, voice: &Voice, out: &Output) -> Result<(), CliError> {
    let personal = settings::read(place.config.as_deref())?;
    let way = way(voice)?;
    let token = place.token_file.as_deref().map(read_token).transpose()?;
    let seen = trust::file(place)?;
    if let Some(url) = &place.url {
        let (token, identity) = caller(place, url, token).await?;
        return on(Client::new(url, token)?, identity, seen, personal, way, out).await;
    }
    let data = data_folder(place)?;
    if let Some(running) = gate::running_gate(&data) {
        let (token, identity) = caller(place, &running.url, token).await?;
        if token.is_none() {
            return Err(CliError::Usage(
                format!("A gate runs on {} already, at {}.", data.display(), running.url),
                "Open the console as a person of that gate: `signoff login`, or --token-file FILE.",
            ));
        }
        return on(Client::new(&running.url, token)?, identity, seen, personal, way, out).await;
    }
    let gate = embed(take(place, &data)?, policy(place)?, &[PORT, 0]).await?;
    gate.announce()?;
    let local = gate.service.local_person("local", Role::Senior).await?;
    let ended = match token {
        Some(token) => {
            let client = Client::new(&gate.url, Some(token))?;
            on(client, place.identity.clone(), seen, personal, way, out).await
        }
        None => on_own(&gate, local, place, personal, way, out).await,
    };
    gate.close().await?;
    ended
}

/// Plays the demo on a ledger that is gone afterwards, unless a folder was named for it.
pub(super) async fn demo(place: &Place, demo: &Demo, out: &Output) -> Result<(), CliError> {
    let personal = settings::read(place.config.as_deref())?;
    let way = way(&demo.voice)?;
    let temporary = tempfile::tempdir().map_err(CliError::Io)?;
    let path: PathBuf = place.data.clone().unwrap_or_else(|| temporary.path().to_owned());
    let folder = take(place, &path)?;
    let policy = match policy(place)? {
        PolicyChoice::InForce { .. } => PolicyChoice::Named(demo::POLICY.to_owned()),
        named @ PolicyChoice::Named(_) => named,
    };
    let (world, clock, still): (Arc<dyn World>, Clock, _) = if demo.still {
        let still = Arc::new(Still::default());
        let shared = Arc::clone(&still);
        (
            Arc::clone(&still) as Arc<dyn World>,
            Arc::new(move || shared.now()),
            Some(still),
        )
    } else {
        (Arc::new(Machine), system_clock(), None)
    };
    let gate = Embedded::open(folder, policy, Arc::clone(&world), Vec::new(), &[0]).await?;
    gate.announce()?;
    let cast = match &still {
        Some(still) => demo::pose(&gate, still).await?,
        None => demo::play(&gate, &world).await?,
    };
    let client = Client::new(&gate.url, Some(cast.token.clone()))?;
    let opening = Opening {
        clock,
        pen: Some(cast.pen.clone()),
        ..Opening::named("demo".to_owned(), personal, way)
    };
    let ended = open(client, opening).await;
    drop(cast);
    gate.close().await?;
    let ended = ended?;
    say_left(ended, out)?;
    let report = store::verify(&gate::ledger(&path))?.map_err(CliError::Ledger)?;
    let kept = match &place.data {
        Some(data) => format!("It is kept in {}.", data.display()),
        None => "It was temporary and is gone; --data DIR keeps one.".to_owned(),
    };
    out.plain(&format!(
        "You decided {}. The ledger holds {} entries about {} envelopes, and verifies.\n{kept}",
        ended.decided, report.entries, report.envelopes
    ))
}

async fn on(
    client: Client,
    identity: Option<PathBuf>,
    seen: Option<PinFile>,
    personal: Personal,
    way: Way,
    out: &Output,
) -> Result<(), CliError> {
    let name = client.url().trim_start_matches("http://").to_owned();
    let pen = pen::pen(identity.as_deref(), &client).await?;
    let opening = Opening {
        seen,
        pen,
        ..Opening::named(name, personal, way)
    };
    let ended = open(client, opening).await?;
    say_left(ended, out)
}

/// On this console's own gate, as its own person: with the key that was named, or one that lives only in here.
async fn on_own(
    gate: &Embedded,
    token: String,
    place: &Place,
    personal: Personal,
    way: Way,
    out: &Output,
) -> Result<(), CliError> {
    let client = Client::new(&gate.url, Some(token))?;
    let pen = match &place.identity {
        Some(path) => pen::named(path, None).await?,
        None => pen::in_memory(SshSecretKey::from_seed(&Machine.random())),
    };
    gate.service.local_key("local", &pen.public()).await?;
    let name = client.url().trim_start_matches("http://").to_owned();
    let opening = Opening {
        seen: trust::file(place)?,
        pen: Some(pen),
        ..Opening::named(name, personal, way)
    };
    say_left(open(client, opening).await?, out)
}

/// What a console is opened on.
pub(super) struct Opening {
    gate: String,
    personal: Personal,
    way: Way,
    clock: Clock,
    looks_back: bool,
    is_still: bool,
    /// What the gate is held against.
    seen: Option<PinFile>,
    /// What signs decisions, where there is a key.
    pen: Option<Pen>,
}

impl Opening {
    /// By this machine's clock, under the name that the header shows.
    pub fn named(gate: String, personal: Personal, way: Way) -> Self {
        Self {
            gate,
            personal,
            way,
            clock: system_clock(),
            looks_back: false,
            is_still: false,
            seen: None,
            pen: None,
        }
    }

    /// Over a file, which does not move on.
    pub fn still(self) -> Self {
        Self { is_still: true, ..self }
    }
}

/// Opens the console over everything there ever was.
pub(super) async fn look_back(client: Client, opening: Opening, out: &Output) -> Result<(), CliError> {
    let opening = Opening {
        looks_back: true,
        ..opening
    };
    let ended = open(client, opening).await?;
    say_left(ended, out)
}

async fn open(client: Client, opening: Opening) -> Result<Ended, CliError> {
    let Opening {
        gate,
        personal,
        way,
        clock,
        looks_back,
        is_still,
        seen,
        pen,
    } = opening;
    let seen = match seen {
        Some(file) => {
            let pin = file.read()?;
            Some((file, pin))
        }
        None => None,
    };
    let me = client.me().await?;
    // An auditor's console and a reviewer's on the same gate are looked at in ways of their own.
    let seat = if looks_back {
        format!("audit of {gate}")
    } else {
        gate.clone()
    };
    let memory = personal
        .memory
        .map(|path| MemoryFile::new(path, seat, me.principal.name.clone()));
    let recalled = memory.as_ref().map(MemoryFile::read).unwrap_or_default();
    let size = match way {
        Way::Screen => crossterm::terminal::size().map_err(CliError::Io)?,
        // It measures for itself.
        Way::Lines => (0, 0),
    };
    let gate_now = me.now;
    let start = Start {
        gate,
        name: me.principal.name,
        role: me.principal.role,
        nonce: fresh_key(),
        settings: personal.settings,
        zone: TimeZone::system(),
        keymap: personal.keymap,
        recalled,
        looks_back,
        is_still,
        now: clock(),
        size,
        decided: me.last_decision.map(|last| {
            let ago = gate_now.duration_since(last.at);
            (last, ago)
        }),
    };
    let jitter = f64::from(Machine.random()[0]) / 255.0;
    let options = Options {
        client,
        start,
        clock,
        memory,
        seen,
        pen,
        editor: ["VISUAL", "EDITOR"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty())),
        pager: std::env::var("PAGER")
            .ok()
            .filter(|value| !value.is_empty())
            .unwrap_or_else(|| "less".to_owned()),
        folder: std::env::current_dir().map_err(CliError::Io)?,
        jitter,
    };
    Ok(match way {
        Way::Screen => console::run(options).await?,
        Way::Lines => plain::run(options).await?,
    })
}

/// A decision that was left without an answer, or was not sent, is not passed over in silence.
fn say_left(ended: Ended, out: &Output) -> Result<(), CliError> {
    match ended.taken_back {
        0 => {}
        1 => out.plain("You left before a severe approval was sent: it was taken back.")?,
        n => out.plain(&format!(
            "You left before {n} severe approvals were sent: they were taken back."
        ))?,
    }
    match ended.unknown {
        0 => Ok(()),
        n => out.plain(&format!(
            "{n} decisions were sent and not confirmed: look with `signoff show` whether they count."
        )),
    }
}

fn system_clock() -> Clock {
    Arc::new(Timestamp::now)
}
