//! The page about the life cycle is true: each of its rows names a test that there is.

use crate::tree::files;

#[test]
fn every_row_names_a_test_that_there_is() {
    let page = files(&["docs"], &["md"]).into_iter().find(|file| file.path == "docs/life-cycle.md").unwrap();
    let tests: Vec<String> = files(&["tests"], &["rs"]).into_iter().map(|file| file.text).collect();
    let (_, table) = page.text.split_once("| what happens |").unwrap();
    let rows: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 30, "the table was found");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{row}");
        let name = cells[4].trim_matches('`');
        let defined = format!("fn {name}()");
        assert!(tests.iter().any(|text| text.contains(&defined)), "there is no test {name}");
    }
}
