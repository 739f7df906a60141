//! The main loop: one message after the other, and now and then a look.

mod notifications;

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::actions::SHOW_RULE;
use super::client::{self, Client};
use super::diagnostics::Sent;
use super::look::{Snapshot, World};
use super::requests::{self, Method};
use super::settings::Settings;
use super::wire::{self, Code, Failure, Message};
use super::worker::{self, BUG, Job, Question, View};
use crate::progress::Progress;
use crate::rules;

/// So long after the last change nothing is looked at: who types makes several.
const PAUSE: Duration = Duration::from_millis(10);

/// More requests than this do not wait at one time.
const MOST_WAITING: usize = 1000;

/// What happens.
pub(super) enum Event {
    /// The client says something.
    Message(Message),
    /// The client is gone.
    Closed,
    /// Something was seen, or the look at this generation failed.
    Looked(Result<Arc<Snapshot>, u64>),
    /// A question is answered, as of a generation.
    Answered { id: Value, generation: u64, result: Result<Value, Failure> },
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    ShutDown,
}

/// A request that is not answered yet.
struct Waiting {
    id: Value,
    method: Method,
    params: Value,
    /// Whether the worker has it.
    is_asked: bool,
    progress: Arc<Progress>,
}

struct Server<W> {
    output: W,
    jobs: Sender<Job>,
    stage: Stage,
    client: Arc<Client>,
    world: Arc<World>,
    snapshot: Option<Arc<Snapshot>>,
    /// When to look again.
    due: Option<Instant>,
    /// What is being looked at.
    looking: Option<Arc<Progress>>,
    waiting: Vec<Waiting>,
    sent: Sent,
    /// What the user was told.
    told: Vec<String>,
    /// The number of the last request to the client.
    asked: u64,
    /// The request for settings that is not answered yet.
    settings_asked: Option<Value>,
}

/// Speaks to one client until it leaves: 0 if it took leave properly, 1 otherwise.
///
/// # Panics
/// If the system gives no threads.
pub fn serve(mut input: impl BufRead + Send + 'static, output: impl Write) -> u8 {
    let (events, inbox) = mpsc::channel();
    let (jobs, todo) = mpsc::channel();
    let from_client = events.clone();
    thread::spawn(move || {
        loop {
            let event = match wire::read(&mut input) {
                Ok(Some(message)) => Event::Message(message),
                Ok(None) | Err(_) => Event::Closed,
            };
            let is_last = matches!(event, Event::Closed);
            if from_client.send(event).is_err() || is_last {
                return;
            }
        }
    });
    thread::spawn(move || worker::run(todo, &events));
    let mut server = Server {
        output,
        jobs,
        stage: Stage::New,
        client: Arc::default(),
        world: Arc::default(),
        snapshot: None,
        due: None,
        looking: None,
        waiting: Vec::new(),
        sent: Sent::default(),
        told: Vec::new(),
        asked: 0,
        settings_asked: None,
    };
    server.run(&inbox)
}

impl<W: Write> Server<W> {
    fn run(&mut self, inbox: &Receiver<Event>) -> u8 {
        loop {
            let event = match self.due {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let going_on = match event {
                Ok(Event::Message(Message::Notification { method, .. })) if method == "exit" => {
                    return u8::from(self.stage != Stage::ShutDown);
                }
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => {
                    return u8::from(self.stage != Stage::ShutDown);
                }
                Ok(event) => self.handle(event),
                Err(RecvTimeoutError::Timeout) => {
                    self.look();
                    Ok(())
                }
            };
            if going_on.is_err() {
                return 1;
            }
        }
    }

    fn handle(&mut self, event: Event) -> std::io::Result<()> {
        match event {
            Event::Message(Message::Request { id, method, params }) => self.request(id, &method, params),
            Event::Message(Message::Notification { method, params }) => self.notification(&method, params),
            Event::Message(Message::Response { id, result }) => self.response(&id, result),
            Event::Message(Message::Bad { id, failure }) => self.answer(&id, Err(failure)),
            Event::Looked(looked) => self.looked(looked),
            Event::Answered { id, generation, result } => self.answered(&id, generation, result),
            Event::Closed => Ok(()),
        }
    }

    fn send(&mut self, message: &Value) -> std::io::Result<()> {
        wire::write(&mut self.output, message)
    }

    fn answer(&mut self, id: &Value, result: Result<Value, Failure>) -> std::io::Result<()> {
        self.send(&wire::answer(id, result))
    }

    fn notify(&mut self, method: &str, params: &Value) -> std::io::Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Asks the client for something; what it is called.
    fn ask(&mut self, method: &str, params: &Value) -> std::io::Result<Value> {
        self.asked += 1;
        let id = json!(format!("identilint-{}", self.asked));
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        Ok(id)
    }

    /// Tells the user what is wrong, once.
    fn tell(&mut self, text: &str) -> std::io::Result<()> {
        if self.told.iter().any(|told| told == text) {
            return Ok(());
        }
        self.told.push(text.to_owned());
        self.notify("window/showMessage", &json!({ "type": 1, "message": format!("identilint: {text}") }))
    }

    fn request(&mut self, id: Value, method: &str, params: Value) -> std::io::Result<()> {
        let fail = |code, why: &str| Err(Failure::new(code, why));
        match (self.stage, method) {
            (Stage::New, "initialize") => {
                let result = self.initialize(&params);
                self.answer(&id, Ok(result))
            }
            (Stage::New, _) => self.answer(&id, fail(Code::NotInitialized, "`initialize` comes first")),
            (Stage::ShutDown, _) => self.answer(&id, fail(Code::InvalidRequest, "the server is shut down")),
            (Stage::Running, "initialize") => {
                self.answer(&id, fail(Code::InvalidRequest, "`initialize` comes only once"))
            }
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                self.due = None;
                self.cancel_look();
                for waiting in std::mem::take(&mut self.waiting) {
                    waiting.progress.cancel();
                    self.answer(&waiting.id, fail(Code::RequestCancelled, "the server shuts down"))?;
                }
                self.answer(&id, Ok(Value::Null))
            }
            (Stage::Running, "workspace/executeCommand") => self.execute(&id, &params),
            (Stage::Running, method) => match requests::find(method) {
                None => self.answer(&id, fail(Code::MethodNotFound, &format!("there is no method `{method}`"))),
                Some(_) if self.waiting.len() >= MOST_WAITING => {
                    self.answer(&id, fail(Code::RequestFailed, "too many requests are waiting"))
                }
                Some(_) if self.waiting.iter().any(|waiting| waiting.id == id) => {
                    self.answer(&id, fail(Code::InvalidRequest, "a request of this id is waiting already"))
                }
                Some(method) => {
                    self.waiting.push(Waiting { id, method, params, is_asked: false, progress: Arc::default() });
                    self.ask_worker();
                    Ok(())
                }
            },
        }
    }

    /// Shows the page of a rule, which is all that can be commanded: the client opens it.
    fn execute(&mut self, id: &Value, params: &Value) -> std::io::Result<()> {
        let is_known = params.get("command").is_some_and(|command| command == SHOW_RULE);
        let name = params.pointer("/arguments/0").and_then(Value::as_str).filter(|_| is_known);
        let Some(rule) = name.and_then(rules::find) else {
            let why = format!("the only command is `{SHOW_RULE}`, with the name of a rule");
            return self.answer(id, Err(Failure::new(Code::InvalidParams, why)));
        };
        if self.client.shows_documents {
            self.ask("window/showDocument", &json!({ "uri": rule.url(), "external": true }))?;
        }
        self.answer(id, Ok(Value::Null))
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.stage = Stage::Running;
        self.client = Arc::new(Client::read(params));
        let options = params.get("initializationOptions").cloned().unwrap_or_default();
        let (settings, wrong) = Settings::read(&options);
        let world = Arc::make_mut(&mut self.world);
        world.encoding = self.client.encoding;
        world.folders = client::folders(params);
        world.settings = settings;
        // Nothing may be sent before the answer.
        self.told = wrong;
        json!({
            "capabilities": client::capabilities(&self.client),
            "serverInfo": { "name": "identilint", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// What the editor shows is about to be something else.
    fn change(&mut self) -> std::io::Result<&mut World> {
        self.due = Some(Instant::now() + PAUSE);
        self.cancel_look();
        // A place in a text that is not there any more is no place.
        let waiting = std::mem::take(&mut self.waiting);
        let (lasting, void): (Vec<Waiting>, Vec<Waiting>) =
            waiting.into_iter().partition(|waiting| waiting.method.lasts);
        self.waiting = lasting;
        for one in void {
            one.progress.cancel();
            self.answer(&one.id, Err(Failure::new(Code::ContentModified, "the document changed")))?;
        }
        let world = Arc::make_mut(&mut self.world);
        world.generation += 1;
        Ok(world)
    }

    fn cancel_look(&mut self) {
        if let Some(progress) = self.looking.take() {
            progress.cancel();
        }
    }

    fn look(&mut self) {
        self.due = None;
        let progress = Arc::<Progress>::default();
        self.looking = Some(progress.clone());
        // The worker ends with the server, not before.
        let _ = self.jobs.send(Job::Look(self.world.clone(), progress));
    }

    fn looked(&mut self, looked: Result<Arc<Snapshot>, u64>) -> std::io::Result<()> {
        let generation = looked.as_ref().map_or_else(|generation| *generation, |snapshot| snapshot.generation);
        if generation != self.world.generation || self.stage != Stage::Running {
            return Ok(());
        }
        self.looking = None;
        let Ok(snapshot) = looked else {
            for waiting in std::mem::take(&mut self.waiting) {
                self.answer(&waiting.id, Err(Failure::new(Code::InternalError, BUG)))?;
            }
            return self.tell(BUG);
        };
        for complaint in &snapshot.complaints {
            self.tell(complaint)?;
        }
        self.told.retain(|told| snapshot.complaints.contains(told));
        // Whatever was seen before is freed when everything is sent.
        let _before = self.snapshot.replace(snapshot.clone());
        let changes = self.sent.changes(&self.world, &snapshot);
        if !self.client.pulls {
            for change in changes {
                self.notify("textDocument/publishDiagnostics", &change)?;
            }
        } else if !changes.is_empty() && self.client.refreshes {
            self.ask("workspace/diagnostic/refresh", &Value::Null)?;
        }
        self.ask_worker();
        Ok(())
    }

    /// Gives the worker what waits, if what was seen is what the editor shows.
    fn ask_worker(&mut self) {
        let current = self.snapshot.as_ref().filter(|snapshot| snapshot.generation == self.world.generation);
        let Some(snapshot) = current else { return };
        for waiting in self.waiting.iter_mut().filter(|waiting| !waiting.is_asked) {
            waiting.is_asked = true;
            let view = View {
                client: self.client.clone(),
                world: self.world.clone(),
                snapshot: snapshot.clone(),
                progress: waiting.progress.clone(),
            };
            let (id, params) = (waiting.id.clone(), waiting.params.clone());
            let _ = self.jobs.send(Job::Answer(Question { id, ask: waiting.method.ask, params, view }));
        }
    }

    fn answered(&mut self, id: &Value, generation: u64, result: Result<Value, Failure>) -> std::io::Result<()> {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.id == *id && waiting.is_asked) else {
            return Ok(());
        };
        if generation != self.world.generation {
            // It was asked again of what was there before; now it waits for what is.
            if let Some(waiting) = self.waiting.get_mut(at) {
                waiting.is_asked = false;
            }
            self.ask_worker();
            return Ok(());
        }
        self.waiting.remove(at);
        self.answer(id, result)
    }

    /// The path of a document that is a file.
    fn path(uri: &str) -> Option<PathBuf> {
        super::uri::to_path(uri)
    }
}
