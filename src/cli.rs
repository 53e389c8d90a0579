//! The command line: arguments, one file a subcommand, printing, exit codes.
//!
//! The only place that reads arguments, environment and home; every other layer is handed values.

mod arguments;
mod audit;
mod bundle;
mod case_file;
mod completions;
mod connect;
mod console;
mod decide;
mod error;
mod export;
mod files;
mod ledger;
mod login;
mod machine;
mod man;
mod output;
mod pen;
mod policy;
mod principals;
mod propose;
mod read;
mod replay;
mod report;
mod serve;
mod settings;
mod stop;
mod talk;
mod text;
mod trust;
mod vouch;
mod way;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command, PolicyVerb};
use error::CliError;
use output::Output;

/// Runs one command line and returns how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            if !error.use_stderr() {
                // Help and version are no errors; whoever closed the output does not want them.
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            output::misuse(&error.to_string());
            return ExitCode::from(2);
        }
    };
    let out = Output::new(arguments.json);
    match dispatch(arguments, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out.failure(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn dispatch(arguments: Arguments, out: &Output) -> Result<(), CliError> {
    let place = arguments.place;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(CliError::Io)?;
    runtime.block_on(async {
        let Some(command) = arguments.command else {
            return console::run(&place, &arguments.voice, out).await;
        };
        match command {
            Command::Audit(audit) => audit::run(&place, &audit, out).await,
            Command::Demo(demo) => console::demo(&place, &demo, out).await,
            Command::Serve(serve) => serve::run(&place, &serve, out).await,
            Command::Submit(submit) => propose::submit(&place, &submit, out).await,
            Command::Replay(replay) => replay::run(&place, &replay, out).await,
            Command::Redeem(redeem) => propose::redeem(&place, &redeem, out).await,
            Command::Outcome(outcome) => propose::outcome(&place, &outcome, out).await,
            Command::Withdraw { id } => propose::withdraw(&place, id, out).await,
            Command::List(list) => read::list(&place, &list, out).await,
            Command::Show(show) => read::show(&place, &show, out).await,
            Command::Blob { path } => files::send(&place, &path, out).await,
            Command::Approve(approve) => decide::approve(&place, &approve, out).await,
            Command::Reject(reject) => decide::reject(&place, &reject, out).await,
            Command::Edit(edit) => decide::edit(&place, &edit, out).await,
            Command::Escalate(escalate) => decide::escalate(&place, &escalate, out).await,
            Command::Extend(extend) => decide::extend(&place, &extend, out).await,
            Command::Classify(classify) => decide::classify(&place, &classify, out).await,
            Command::Batch(batch) => decide::batch(&place, &batch, out).await,
            Command::Stop(stop) => stop::stop(&place, &stop, out).await,
            Command::Resume(resume) => stop::resume(&place, &resume, out).await,
            Command::Review(review) => talk::review(&place, &review, out).await,
            Command::Undo { id, reason } => talk::undo(&place, id, reason, out).await,
            Command::Claim { id } => talk::claim(&place, id, out).await,
            Command::Ask { id, text } => talk::ask(&place, id, &text, out).await,
            Command::Answer(answer) => talk::answer(&place, &answer, out).await,
            Command::Login(login) => login::login(&place, &login, out).await,
            Command::Logout { gate } => login::logout(&place, gate.as_deref(), out).await,
            Command::Key { verb } => login::key(&place, &verb, out).await,
            Command::Reviewer { verb } => principals::reviewer(&place, verb, out).await,
            Command::Agent { verb } => principals::agent(&place, verb, out).await,
            Command::Service { verb } => principals::service(&place, verb, out).await,
            Command::Policy { verb: PolicyVerb::Show } => policy::show(&place, out).await,
            Command::Report(oversight) => report::run(&place, &oversight, out),
            Command::Ledger { verb } => ledger::run(&place, &verb, out).await,
            Command::Trust(trust) => trust::run(&place, &trust, out),
            Command::VerifyBundle(verify) => bundle::verify(&verify, out),
            Command::Completions { shell } => completions::run(shell, out),
            Command::Man { folder } => man::run(folder.as_deref(), out),
        }
    })
}
