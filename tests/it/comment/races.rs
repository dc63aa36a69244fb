//! Runs at the same time, in every order of looking and acting.

use crate::plan_fixture::{key, scope};
use gallerist::forge::{About, Author, Comment, Marker, Step, Wanted, next_step};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

const HEAD: &str = "0123456789abcdef0123456789abcdef01234567";

fn wanted(run: u64) -> Wanted {
    let at = Timestamp::from_second(1_000_000).unwrap();
    Wanted {
        us: Author::SomeProgram,
        marker: Marker {
            about: About::Plan,
            scope: scope(),
            commit: Some(HEAD.to_owned()),
            run: Some((run, 1)),
            at,
        },
        text: format!("Text of run {run}"),
        creates: true,
        head: HEAD.to_owned(),
    }
}

#[derive(Default)]
struct Forge {
    comments: Vec<Comment>,
    next: u64,
}

impl Forge {
    fn write(&mut self, body: String) {
        self.next += 1;
        let author = Author::Program("ci[bot]".to_owned());
        self.comments.push(Comment { id: self.next, author, body, url: None });
    }

    fn act(&mut self, step: Step, wanted: &Wanted) {
        match step {
            Step::Create => self.write(wanted.body()),
            Step::Update { id, body } => {
                if let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == id) {
                    comment.body = body;
                }
            }
            Step::Delete(id) => self.comments.retain(|comment| comment.id != id),
            Step::Leave(_) | Step::Outdated(_) | Step::Nothing => {}
        }
    }
}

/// One run: what it saw last, and whether it is through.
struct Run {
    wanted: Wanted,
    pending: Option<Step>,
    is_done: bool,
}

impl Run {
    fn tick(&mut self, forge: &mut Forge) {
        match self.pending.take() {
            Some(step) => forge.act(step, &self.wanted),
            None => match next_step(&forge.comments, &self.wanted) {
                Step::Leave(_) | Step::Outdated(_) | Step::Nothing => self.is_done = true,
                step => self.pending = Some(step),
            },
        }
    }
}

fn played(forge: &mut Forge, runs: u64, schedule: &[usize]) {
    let start = |run| Run { wanted: wanted(run), pending: None, is_done: false };
    let mut all: Vec<Run> = (1..=runs).map(start).collect();
    let count = all.len();
    let rest = (0..count).flat_map(|run| std::iter::repeat_n(run, 60));
    for at in schedule.iter().map(|at| at % count).chain(rest) {
        if !all[at].is_done {
            all[at].tick(forge);
        }
    }
    assert!(all.iter().all(|run| run.is_done), "every run comes to an end");
}

proptest! {
    #[test]
    fn one_comment_is_left(runs in 1_u64..5, there in 0_u64..3, schedule in vec(0_usize..4, 0..40)) {
        let mut forge = Forge::default();
        for run in 0..there {
            forge.write(wanted(run).body());
        }
        played(&mut forge, runs, &schedule);
        prop_assert_eq!(forge.comments.len(), 1);
    }

    #[test]
    fn of_two_that_begin_it_is_the_newer(schedule in vec(0_usize..2, 0..30)) {
        let mut forge = Forge::default();
        played(&mut forge, 2, &schedule);
        let bodies: Vec<&str> = forge.comments.iter().map(|comment| comment.body.as_str()).collect();
        prop_assert_eq!(bodies, [wanted(2).body()]);
    }

    #[test]
    fn one_after_the_other_ends_with_the_newest(order in Just(vec![1_u64, 2, 3, 4]).prop_shuffle()) {
        let mut forge = Forge::default();
        for run in order {
            let mut run = Run { wanted: wanted(run), pending: None, is_done: false };
            while !run.is_done {
                run.tick(&mut forge);
            }
        }
        let bodies: Vec<&str> = forge.comments.iter().map(|comment| comment.body.as_str()).collect();
        prop_assert_eq!(bodies, [wanted(4).body()]);
    }

    #[test]
    fn a_marker_is_read_as_it_was_written(run in any::<(u64, u32)>(), seconds in 0_i64..4_000_000_000, has in any::<(bool, bool)>()) {
        let marker = Marker { about: About::Plan,
            scope: gallerist::submission::Scope { catalog: key("a-b"), target: key("eu") },
            commit: has.0.then(|| HEAD.to_owned()),
            run: has.1.then_some(run),
            at: Timestamp::from_second(seconds).unwrap(),
        };
        prop_assert_eq!(Marker::read(&format!("{}\nrest", marker.line())), Some(marker.clone()));
        prop_assert_eq!(Marker::read(&format!("x\n{}", marker.line())), None);
    }
}

#[test]
fn what_is_no_marker_is_none() {
    for line in [
        "",
        "<!-- gallerist comment=a/b -->",
        "<!-- gallerist comment=a at=1 -->",
        "<!-- gallerist comment=A/b at=1 -->",
        " <!-- gallerist comment=a/b at=1 -->",
        "<!-- gallerist comment=a/b at=99999999999999999999 -->",
        "> <!-- gallerist comment=a/b at=1 -->",
    ] {
        assert_eq!(Marker::read(line), None, "{line}");
    }
}
