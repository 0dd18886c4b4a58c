"""What current API servers take: the schemas of Kubernetes' own kinds, strict, and those of CustomResourceDefinitions,
in which what a server would prune, or refuse as unknown, is a fault, and whose CEL rules are evaluated.

A fault is a pair: the path of a field, and a sentence. Nothing passes for want of knowledge: a kind without a schema
and a rule that cannot be evaluated are faults.
"""
import base64
import binascii
import copy
import datetime
import json
import os
import re

import cel
import jsonschema
import kubernetes_validate.utils
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

ABSENT = object()
RESERVED = set("true false null in as break const continue else for function if import let loop package namespace return "
               "var void while".split())
VALUES = ["enum", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
          "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required",
          "allOf", "anyOf", "oneOf", "not", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"]


def path_text(path):
    """spec.containers[0].name"""
    return "".join("[%d]" % part if isinstance(part, int) else "." + part for part in path).lstrip(".")


def no_unknown_fields(validator, allowed, instance, schema):
    if not isinstance(instance, dict) or allowed is True:
        return
    for name in instance:
        if name in schema.get("properties", {}):
            continue
        if allowed is False:
            yield ValidationError("unknown field", path=[name])
        else:
            yield from validator.descend(instance[name], allowed, path=name)


def no_duplicates(validator, kind, instance, schema):
    """Of lists that are sets, or maps by some fields of their elements."""
    if not isinstance(instance, list) or kind not in ("set", "map"):
        return
    keys, seen = schema.get("x-kubernetes-list-map-keys", []), set()
    for index, element in enumerate(instance):
        if kind == "map":
            element = [element.get(key) for key in keys] if isinstance(element, dict) else element
        text = json.dumps(element, sort_keys=True)
        if text in seen:
            yield ValidationError("duplicate value", path=[index])
        seen.add(text)


RULES = {"additionalProperties": no_unknown_fields, "x-kubernetes-list-type": no_duplicates}
FORMATS = jsonschema.FormatChecker(formats=())


def within(bits):
    return lambda value: not isinstance(value, int) or -2 ** (bits - 1) <= value < 2 ** (bits - 1)


FORMATS.checks("int32")(within(32))
FORMATS.checks("int64")(within(64))


@FORMATS.checks("date-time", raises=ValueError)
def is_time(value):
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
        return False
    return bool(datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", value).replace("Z", "+00:00")))


@FORMATS.checks("byte", raises=binascii.Error)
def is_base64(value):
    return not isinstance(value, str) or base64.b64decode(value, validate=True) is not None


def faults(validator, instance, start=()):
    """In the order of the fields; of alternatives, what the nearest of them lacks."""
    return [(path_text(list(start) + list(error.absolute_path)), error.message)
            for error in sorted(validator.iter_errors(instance), key=lambda error: path_text(error.absolute_path))]


class CoreKinds:
    """Those of one version of Kubernetes, as kubernetes-validate has them: strict, every definition closed."""

    def __init__(self, version):
        self.version = version
        self.folder = "kubernetes-json-schema/v%s.0-local-strict/" % version
        self.definitions = self.read("_definitions.json")
        self.validators = {}

    def read(self, name):
        return kubernetes_validate.utils.schema_contents(self.folder + name, self.version)

    def validator(self, name):
        if name not in self.validators:
            schema = self.read(name)
            registry = Registry().with_resources(
                (each["$id"], Resource.from_contents(each)) for each in (schema, self.definitions))
            strict = jsonschema.validators.extend(jsonschema.Draft202012Validator, RULES)
            self.validators[name] = strict(schema, registry=registry, format_checker=FORMATS)
        return self.validators[name]

    def faults(self, value, start=()):
        # rbac.authorization.k8s.io/v1 is rbac-v1 in the names of files; options are of every version.
        version = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", value["apiVersion"])
        version = "meta-v1" if value["kind"].endswith("Options") else version
        try:
            validator = self.validator("%s-%s.json" % (value["kind"].lower(), version))
        except FileNotFoundError:
            return [("", "there is no kind %s %s" % (value["apiVersion"], value["kind"]))]
        return faults(validator, value, start)

    def metadata_faults(self, value):
        if not isinstance(value.get("metadata"), dict):
            return [("metadata", "is required")]
        return faults(self.validator("objectmeta-meta-v1.json"), value["metadata"], ["metadata"])


def closed(node, is_root=False):
    """A structural schema as JSON schema of draft 4, which OpenAPI's is a dialect of, without room for unknown fields."""
    schema = {key: node[key] for key in VALUES if key in node}
    if node.get("x-kubernetes-int-or-string"):
        schema["type"] = ["integer", "string"]
    elif "type" in node:
        schema["type"] = [node["type"]]
    if node.get("nullable") and "type" in schema:
        schema["type"].append("null")
    properties = {name: closed(inner) for name, inner in node.get("properties", {}).items()}
    if is_root or node.get("x-kubernetes-embedded-resource"):
        # What is in the metadata is the server's own business.
        properties.update(apiVersion={"type": "string"}, kind={"type": "string"}, metadata={"type": "object"})
        schema["required"] = sorted({"apiVersion", "kind"}.union(schema.get("required", [])))
    if properties:
        schema["properties"] = properties
    if "items" in node:
        schema["items"] = closed(node["items"])
    values = node.get("additionalProperties")
    if isinstance(values, dict):
        schema["additionalProperties"] = closed(values)
    elif node.get("type") == "object" and not values and not node.get("x-kubernetes-preserve-unknown-fields"):
        schema["additionalProperties"] = False
    return schema


def inner_node(node, name):
    """Of a member; None for one that the schema does not know."""
    values = node.get("additionalProperties")
    return node.get("properties", {}).get(name) or (values if isinstance(values, dict) else None)


def with_defaults(node, value):
    """As a server stores it: defaults set, and nulls where there is one, taken for absent."""
    if isinstance(value, list):
        return [with_defaults(node.get("items", {}), element) for element in value]
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for name, inner in node.get("properties", {}).items():
        if "default" in inner and (name not in result or result[name] is None and not inner.get("nullable")):
            result[name] = copy.deepcopy(inner["default"])
    return {name: with_defaults(inner_node(node, name) or {}, each) for name, each in result.items()}


def escaped(name):
    """How a rule writes the name of a field."""
    if name in RESERVED:
        return "__%s__" % name
    for character, word in (("__", "underscores"), (".", "dot"), ("-", "dash"), ("/", "slash")):
        name = name.replace(character, "__%s__" % word)
    return name


def as_cel(node, value):
    """Times are times, and fields have the names that rules give them; keys of maps stay as they are."""
    if isinstance(value, list):
        return [as_cel(node.get("items", {}), element) for element in value]
    if isinstance(value, dict):
        fields = node.get("properties", {})
        return {escaped(name) if name in fields else name: as_cel(inner_node(node, name) or {}, each)
                for name, each in value.items()}
    if node.get("format") == "date-time" and isinstance(value, str):
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value


def former(node, element, old):
    """The element of an older list that this one is of; only those of lists that are maps can be told."""
    keys = node.get("x-kubernetes-list-map-keys")
    if node.get("x-kubernetes-list-type") != "map" or not isinstance(old, list):
        return ABSENT
    return next((each for each in old if [each.get(key) for key in keys] == [element.get(key) for key in keys]), ABSENT)


def rule_faults(node, value, old, path=()):
    """Rules that speak of `oldSelf` are for what was there before, too."""
    for rule in node.get("x-kubernetes-validations", []):
        fault = broken(rule, node, value, old)
        if fault:
            yield path_text(path) + rule.get("fieldPath", ""), fault
    if isinstance(value, dict):
        for name, each in value.items():
            before = old.get(name, ABSENT) if isinstance(old, dict) else ABSENT
            yield from rule_faults(inner_node(node, name) or {}, each, before, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from rule_faults(node.get("items", {}), each, former(node, each, old), (*path, index))


def broken(rule, node, value, old):
    try:
        program = cel.compile(rule["rule"])
        scope = {"self": as_cel(node, value)}
        if "oldSelf" in program.variables():
            if rule.get("optionalOldSelf"):
                raise ValueError("optionalOldSelf is not known here")
            if old is ABSENT:
                return None
            scope["oldSelf"] = as_cel(node, old)
        if program.execute(scope) is True:
            return None
        return rule.get("message") or "failed rule: " + rule["rule"]
    except Exception as problem:  # The binding raises whatever Python has for it.
        return "the rule %r cannot be evaluated: %r" % (rule["rule"], problem)


class CustomKinds:
    """Those of a folder of CustomResourceDefinitions."""

    def __init__(self, folder, load):
        self.schemas = {}
        for name in sorted(os.listdir(folder)):
            if name.endswith(".yaml"):
                with open(os.path.join(folder, name)) as file:
                    for definition in load(file.read()):
                        self.add(definition["spec"])

    def add(self, spec):
        for version in spec["versions"]:
            key = "%s/%s" % (spec["group"], version["name"]), spec["names"]["kind"]
            node = version["schema"]["openAPIV3Schema"]
            strict = jsonschema.validators.extend(jsonschema.Draft4Validator, RULES)
            self.schemas[key] = node, strict(closed(node, is_root=True), format_checker=FORMATS)

    def faults(self, value, old):
        key = value["apiVersion"], value["kind"]
        if key not in self.schemas:
            return [("", "there is no kind %s %s" % key)]
        node, validator = self.schemas[key]
        stored = with_defaults(node, value)
        found = faults(validator, stored)
        # As a server does: rules may rely on the shape.
        return found or list(rule_faults(node, stored, ABSENT if old is None else with_defaults(node, old)))


def embedded(value):
    """The parts of a custom object that its controller makes core objects of: where each is, its schema, itself."""
    spec = value.get("spec")
    if not isinstance(spec, dict):
        return
    if isinstance(spec.get("podTemplate"), dict):
        yield ["spec", "podTemplate"], "podtemplatespec-v1.json", spec["podTemplate"]
    claims = spec.get("volumeClaimTemplates")
    for index, claim in enumerate(claims if isinstance(claims, list) else []):
        if isinstance(claim, dict) and "spec" in claim:
            path = ["spec", "volumeClaimTemplates", index, "spec"]
            yield path, "persistentvolumeclaimspec-v1.json", claim["spec"]
    if isinstance(spec.get("networkPolicy"), dict):
        policy = {"podSelector": {}, **spec["networkPolicy"]}
        yield ["spec", "networkPolicy"], "networkpolicyspec-networking-v1.json", policy
