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

/// Asks for clicks and the wheel, and for no motion (xterm's control sequences, modes 1000 and 1006).
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const NO_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Raw mode, the second screen, bracketed paste and perhaps the mouse, until it is dropped. A panic gives it
/// back too.
pub(super) struct Terminal {
    inner: ManuallyDrop<DefaultTerminal>,
    has_mouse: bool,
}

impl Terminal {
    pub fn open(with_mouse: bool) -> io::Result<Self> {
        let inner = ManuallyDrop::new(ratatui::try_init()?);
        let terminal = Self {
            inner,
            has_mouse: with_mouse,
        };
        terminal.ask()?;
        Ok(terminal)
    }

    /// Asks for pasted text as such, and for the mouse.
    fn ask(&self) -> io::Result<()> {
        execute!(io::stdout(), EnableBracketedPaste)?;
        self.mouse(MOUSE)
    }

    fn ask_no_more(&self) -> io::Result<()> {
        self.mouse(NO_MOUSE)?;
        execute!(io::stdout(), DisableBracketedPaste)
    }

    fn mouse(&self, sequence: &[u8]) -> io::Result<()> {
        if !self.has_mouse {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(sequence)?;
        out.flush()
    }

    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.inner.draw(draw).map(drop)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it. Nothing is asked of the
    /// terminal for it, as `clear` does: one that does not answer in time would end the console.
    pub fn clear(&mut self) -> io::Result<()> {
        let size = self.inner.size()?;
        self.inner.resize(size.into())
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.inner.size().map(|size| (size.width, size.height))
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
        self.ask_no_more()?;
        execute!(io::stdout(), LeaveAlternateScreen)?;
        disable_raw_mode()?;
        self.inner.show_cursor()
    }

    /// Takes it back.
    pub fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen)?;
        self.ask()?;
        self.clear()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Nothing more can be done where even this fails. It is never dropped itself: it would write to
        // standard error, and to write where the terminal is gone is a panic, on the way out of all places.
        let _ = self.ask_no_more();
        let _ = ratatui::try_restore();
        let _ = self.inner.show_cursor();
    }
}
