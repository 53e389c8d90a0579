//! The terminal: taken whole, given back as it was.

use std::io::{self, Write};
use std::mem::ManuallyDrop;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::{DefaultTerminal, Frame};

use crate::config::Notify;

/// Raw mode, the second screen and bracketed paste, until it is dropped. A panic gives it back too.
pub(super) struct Terminal(ManuallyDrop<DefaultTerminal>);

impl Terminal {
    pub fn open() -> io::Result<Self> {
        let terminal = ratatui::try_init()?;
        execute!(io::stdout(), EnableBracketedPaste)?;
        Ok(Self(ManuallyDrop::new(terminal)))
    }

    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.0.draw(draw).map(drop)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it. Nothing is asked of the
    /// terminal for it, as `clear` does: one that does not answer in time would end the console.
    pub fn clear(&mut self) -> io::Result<()> {
        let size = self.0.size()?;
        self.0.resize(size.into())
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.0.size().map(|size| (size.width, size.height))
    }

    /// Asks for a text to be put on the clipboard (OSC 52, xterm's control sequences): it works over ssh too.
    pub fn copy(text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        write!(out, "\x1b]52;c;{}\x07", STANDARD.encode(text))?;
        out.flush()
    }

    /// Rings the bell, and asks for a notification as iTerm2 (OSC 9) or rxvt (OSC 777) know it.
    pub fn alert(bell: bool, notify: Notify, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if bell {
            out.write_all(b"\x07")?;
        }
        match notify {
            Notify::Off => {}
            Notify::Osc9 => write!(out, "\x1b]9;signoff: {text}\x07")?,
            Notify::Osc777 => write!(out, "\x1b]777;notify;signoff;{text}\x07")?,
        }
        out.flush()
    }

    /// Gives the terminal to another program for a while.
    pub fn leave(&mut self) -> io::Result<()> {
        execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen)?;
        disable_raw_mode()?;
        self.0.show_cursor()
    }

    /// Takes it back.
    pub fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        self.clear()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Nothing more can be done where even this fails. It is never dropped itself: it would write to
        // standard error, and to write where the terminal is gone is a panic, on the way out of all places.
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = ratatui::try_restore();
        let _ = self.0.show_cursor();
    }
}
