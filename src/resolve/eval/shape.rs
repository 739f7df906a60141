//! Type constraints add attributes that were left out.

use super::Deployment;
use crate::ir::{Field, Shape};
use crate::resolve::value::{Entry, InstanceId, Kind, List, Map, Value};

impl Deployment<'_> {
    /// The value with what its type adds.
    pub(super) fn fill(&self, value: &Value, shape: &Shape, instance: InstanceId) -> Value {
        match (shape, &value.kind) {
            (Shape::Any, _) => value.clone(),
            (_, Kind::OneOf(values)) => {
                let each = values.iter().map(|one| self.fill(one, shape, instance));
                Value { via: value.via.clone(), ..Value::one_of(each, value.span) }.resting_on(value)
            }
            (Shape::Each(item), Kind::List(list)) => {
                let items = list.items.iter().map(|one| self.fill(one, item, instance)).collect();
                Value { kind: Kind::List(List { items, rest: list.rest.clone() }), ..value.clone() }
            }
            (Shape::Each(item), Kind::Map(map)) => {
                let entries = map
                    .entries
                    .iter()
                    .map(|entry| Entry { value: self.fill(&entry.value, item, instance), ..entry.clone() });
                Value { kind: Kind::Map(Map::new(entries.collect(), map.rest.clone())), ..value.clone() }
            }
            (Shape::Object(fields), Kind::Map(map)) => {
                let mut entries: Vec<Entry> = map.entries.to_vec();
                for field in fields {
                    self.fill_field(&mut entries, field, value, map.rest.is_some(), instance);
                }
                Value { kind: Kind::Map(Map::new(entries, map.rest.clone())), ..value.clone() }
            }
            _ => value.clone(),
        }
    }

    fn fill_field(&self, entries: &mut Vec<Entry>, field: &Field, whole: &Value, open: bool, instance: InstanceId) {
        let there = entries.iter_mut().find(|entry| entry.key == field.name);
        let null = there.as_ref().is_none_or(|entry| matches!(entry.value.kind, Kind::Null));
        if let Some(entry) = there {
            if !null || !field.optional {
                entry.value = self.fill(&entry.value, &field.shape, instance);
                return;
            }
        } else if !field.optional || open {
            return;
        }
        let value = match &field.default {
            Some(default) => self.fill(&self.eval_in(instance, default), &field.shape, instance),
            None => Value::null(whole.span),
        };
        entries.retain(|entry| entry.key != field.name);
        entries.push(Entry::new(field.name.clone(), field.span, value));
    }
}
