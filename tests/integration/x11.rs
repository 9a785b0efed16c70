//! What a window manager and a file manager do to a window, in the words of X11, and what is seen of it: xdotool can press keys, but
//! neither the button that closes a window nor drop a file on it, and it takes no pictures.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A client of an X server on this machine.
pub struct Client {
    server: UnixStream,
    /// A window of its own, which owns what is dragged.
    window: u32,
}

const CLIENT_MESSAGE: u8 = 33;
const SELECTION_REQUEST: u8 = 30;
const SELECTION_NOTIFY: u8 = 31;

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

impl Client {
    /// Of the server of a display, such as `:99`.
    pub fn of(display: &str) -> Self {
        let path = format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':'));
        let mut server = UnixStream::connect(path).expect("the server listens");
        // Little endian, version 11.0, nobody's cookie.
        server.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]).expect("the server listens");
        let mut head = [0; 8];
        server.read_exact(&mut head).expect("an answer");
        assert_eq!(head[0], 1, "the server takes anybody");
        let mut setup = vec![0; 4 * usize::from(u16::from_le_bytes([head[6], head[7]]))];
        server.read_exact(&mut setup).expect("the setup");
        let vendor = usize::from(u16::from_le_bytes([setup[16], setup[17]])).next_multiple_of(4);
        let (window, root) = (word(&setup, 4), word(&setup, 32 + vendor + 8 * usize::from(setup[21])));
        let mut client = Self { server, window };
        // 1 × 1, for input only, as its parent is.
        client.ask(1, 0, &words(&[window, root, 0, 1 | 1 << 16, 2 << 16, 0, 0]));
        client
    }

    /// Sends a request.
    fn ask(&mut self, opcode: u8, detail: u8, body: &[u8]) {
        let length = u16::try_from(1 + body.len().div_ceil(4)).expect("a short request").to_le_bytes();
        let mut request = vec![opcode, detail, length[0], length[1]];
        request.extend(body);
        request.resize(request.len().next_multiple_of(4), 0);
        self.server.write_all(&request).expect("the server listens");
    }

    /// The next answer, event or error of this kind.
    fn hear(&mut self, kind: u8) -> [u8; 32] {
        loop {
            let mut packet = [0; 32];
            self.server.read_exact(&mut packet).expect("the server answers");
            assert_ne!(packet[0], 0, "the server refuses: {packet:?}");
            if packet[0] & 0x7f == kind {
                return packet;
            }
        }
    }

    fn atom(&mut self, name: &str) -> u32 {
        let mut body = words(&[name.len() as u32]);
        body.extend(name.as_bytes());
        self.ask(16, 0, &body);
        word(&self.hear(1), 8)
    }

    fn send(&mut self, window: u32, event: &[u8]) {
        let mut body = words(&[window, 0]);
        body.extend(event);
        body.resize(8 + 32, 0);
        self.ask(25, 0, &body);
    }

    fn message(&mut self, window: u32, name: &str, data: [u32; 5]) {
        let mut event = vec![CLIENT_MESSAGE, 32, 0, 0];
        event.extend(words(&[window, self.atom(name)]));
        event.extend(words(&data));
        self.send(window, &event);
    }

    /// Waits until the server has done all that was asked.
    fn wait(&mut self) {
        self.ask(43, 0, &[]);
        self.hear(1);
    }

    /// What a window shows from its left top corner on, 4 bytes a pixel: blue, green, red and nothing.
    pub fn picture(&mut self, window: u32, (width, height): (u16, u16)) -> Vec<u8> {
        const BY_PIXEL: u8 = 2;
        let size = u32::from(width) | u32::from(height) << 16;
        self.ask(73, BY_PIXEL, &words(&[window, 0, size, u32::MAX]));
        let mut bytes = vec![0; 4 * word(&self.hear(1), 4) as usize];
        self.server.read_exact(&mut bytes).expect("the server answers");
        assert_eq!(bytes.len(), 4 * usize::from(width) * usize::from(height), "a screen of 24 bits");
        bytes.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 0);
        bytes
    }

    /// Presses the button that closes a window.
    pub fn close(&mut self, window: u32) {
        let delete = self.atom("WM_DELETE_WINDOW");
        self.message(window, "WM_PROTOCOLS", [delete, 0, 0, 0, 0]);
        self.wait();
    }

    /// Drags a file onto a window and drops it there: version 5 of XDND.
    pub fn drop_file(&mut self, window: u32, path: &Path) {
        let [selection, list, copy] =
            ["XdndSelection", "text/uri-list", "XdndActionCopy"].map(|name| self.atom(name));
        let own = self.window;
        self.ask(22, 0, &words(&[own, selection, 0]));
        self.message(window, "XdndEnter", [own, 5 << 24, list, 0, 0]);
        self.message(window, "XdndPosition", [own, 0, 300 << 16 | 300, 0, copy]);
        let wanted = self.hear(SELECTION_REQUEST);
        let [time, requestor, target, property] = [4, 12, 20, 24].map(|at| word(&wanted, at));
        assert_eq!(target, list);
        let uri = format!("file://{}\r\n", path.display());
        let mut body = words(&[requestor, property, target, 8, uri.len() as u32]);
        body.extend(uri.as_bytes());
        self.ask(18, 0, &body);
        let mut event = vec![SELECTION_NOTIFY, 0, 0, 0];
        event.extend(words(&[time, requestor, selection, target, property]));
        self.send(requestor, &event);
        self.message(window, "XdndDrop", [own, 0, 0, 0, 0]);
        self.wait();
    }
}
