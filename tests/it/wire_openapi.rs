//! The OpenAPI document of the gateway: it is whole, and its examples are what they are examples of.

use gallerist::service;
use gallerist::wire::gateway::{
    FenceBar, GatewayCapabilities, ObservationPage, Problem, ProblemKind, ReviewsAnswer, ReviewsQuestion,
    SubmissionOffer, SubmissionTaken,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&service::gateway_document().1).unwrap()
}

/// Every content of a request or an answer, with its schema and examples, and where it stands.
fn contents(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{method} {path}");
            let body = operation.get("requestBody").map(|body| (format!("{place} asks"), body.clone()));
            let answers = operation["responses"].as_object().unwrap();
            let answers =
                answers.iter().map(|(status, answer)| (format!("{place} {status}"), answer.clone()));
            for (place, holder) in body.into_iter().chain(answers) {
                for (media, content) in holder["content"].as_object().into_iter().flatten() {
                    found.push((format!("{place} {media}"), content.clone()));
                }
            }
        }
    }
    found
}

#[test]
fn every_form_has_an_example_that_fits_its_schema() {
    let document = document();
    for (place, content) in contents(&document) {
        let mut schema = json!({ "components": document["components"], "allOf": [content["schema"]] });
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        let validator =
            jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{place}: {error}"));
        let examples = content["examples"].as_object().unwrap_or_else(|| panic!("{place} has no example"));
        for (name, example) in examples {
            let problems: Vec<String> =
                validator.iter_errors(&example["value"]).map(|error| error.to_string()).collect();
            assert!(problems.is_empty(), "{place} {name}: {problems:?}");
        }
    }
}

#[test]
fn every_example_is_read_and_written_as_it_stands_there() {
    fn same<T: DeserializeOwned + Serialize>(example: &Value) {
        let read: T =
            serde_json::from_value(example.clone()).unwrap_or_else(|error| panic!("{error}: {example}"));
        assert_eq!(serde_json::to_value(read).unwrap(), *example);
    }
    for (place, content) in contents(&document()) {
        for example in content["examples"].as_object().unwrap().values() {
            let example = &example["value"];
            match place.as_str() {
                place if place.ends_with("application/problem+json") => same::<Problem>(example),
                "get /v1/capabilities 200 application/json" => same::<GatewayCapabilities>(example),
                "get /v1/observation 200 application/json" => same::<ObservationPage>(example),
                "put /v1/submissions/{id} asks application/json" => same::<SubmissionOffer>(example),
                "put /v1/submissions/{id} 200 application/json"
                | "put /v1/submissions/{id} 201 application/json" => same::<SubmissionTaken>(example),
                "post /v1/reviews asks application/json" => same::<ReviewsQuestion>(example),
                "post /v1/reviews 200 application/json" => same::<ReviewsAnswer>(example),
                "put /v1/fences/{product} asks application/json" => same::<FenceBar>(example),
                "put /v1/assets/{digest} asks application/octet-stream" => {
                    let text = example.as_str().unwrap();
                    let digest = gallerist::model::Digest::of_bytes(text.as_bytes()).to_string();
                    let document = document();
                    let said =
                        document["paths"]["/v1/assets/{digest}"]["put"]["parameters"][0]["example"].clone();
                    assert_eq!(said, digest);
                }
                "get /v1/openapi.json 200 application/json" => assert_eq!(example["openapi"], "3.1.0"),
                other => panic!("nobody reads the example of {other}"),
            }
        }
    }
}

#[test]
fn every_kind_of_problem_is_documented_but_those_of_no_operation() {
    let mut told = BTreeSet::new();
    for (place, content) in contents(&document()).iter().filter(|(place, _)| place.contains("problem+json")) {
        for (name, example) in content["examples"].as_object().unwrap() {
            let kind = ProblemKind::from_type(example["value"]["type"].as_str().unwrap()).unwrap();
            let (word, _, status) = kind.parts();
            assert_eq!(name, word, "{place}");
            assert!(place.contains(&format!(" {status} ")), "{place}: {name} has the status {status}");
            told.insert(kind);
        }
    }
    let missing: Vec<&ProblemKind> = ProblemKind::ALL.iter().filter(|kind| !told.contains(kind)).collect();
    assert_eq!(missing, [&ProblemKind::MethodNotAllowed], "an operation has the method that it has");
}

#[test]
fn everything_has_words() {
    let document = document();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{method} {path}");
            for word in ["operationId", "summary", "description"] {
                assert!(operation[word].as_str().is_some_and(|text| !text.is_empty()), "{place}: {word}");
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{place}: {parameter}");
            }
            for (status, answer) in operation["responses"].as_object().unwrap() {
                assert!(answer["description"].is_string(), "{place}: {status}");
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name}");
    }
}
