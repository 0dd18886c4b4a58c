"""The cluster as it was last seen: lists and watches of the kinds that the stand-in works on."""
import collections
import http.client
import json
import sys
import threading
import time

from cluster import Failure

SANDBOX, CLAIM, POOL, TEMPLATE = "Sandbox", "SandboxClaim", "SandboxWarmPool", "SandboxTemplate"
POD, VOLUME, SERVICE = "Pod", "PersistentVolumeClaim", "Service"
RESOURCES = {
    SANDBOX: ("agents.x-k8s.io/v1beta1", "sandboxes"),
    CLAIM: ("extensions.agents.x-k8s.io/v1beta1", "sandboxclaims"),
    POOL: ("extensions.agents.x-k8s.io/v1beta1", "sandboxwarmpools"),
    TEMPLATE: ("extensions.agents.x-k8s.io/v1beta1", "sandboxtemplates"),
    POD: ("v1", "pods"), VOLUME: ("v1", "persistentvolumeclaims"), SERVICE: ("v1", "services"),
}
BROKEN = (OSError, http.client.HTTPException, ValueError)  # a connection, or what came over it


def path(kind, namespace=None, name=None, part=None):
    version, resource = RESOURCES[kind]
    whole = ("/api/" if "/" not in version else "/apis/") + version
    whole += f"/namespaces/{namespace}" if namespace else ""
    return "/".join(filter(None, [whole, resource, name, part]))


def key(thing):
    return thing["metadata"]["namespace"], thing["metadata"]["name"]


def version(thing):
    return int(thing["metadata"]["resourceVersion"])


def controller(thing):
    """The owner reference that says who controls it, or None."""
    return next((r for r in thing["metadata"].get("ownerReferences", []) if r.get("controller")), None)


def controlled(thing, owner):
    reference = controller(thing)
    return reference is not None and reference["uid"] == owner["metadata"]["uid"]


def reference(owner, kind):
    return {"apiVersion": RESOURCES[kind][0], "kind": kind, "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True}


def labels(thing):
    return thing["metadata"].get("labels") or {}


def annotations(thing):
    return thing["metadata"].get("annotations") or {}


def merge_patch(old, new):
    """The JSON merge patch that makes `new` of `old`."""
    patch = {name: None for name in old if name not in new}
    for name, value in new.items():
        if name not in old:
            patch[name] = value
        elif old[name] != value:
            both = isinstance(value, dict) and isinstance(old[name], dict)
            patch[name] = merge_patch(old[name], value) if both else value
    return patch


class Store:
    """Everything of the seven kinds. `changed(kind, thing)` is called for every change, from any thread."""

    def __init__(self, api, changed):
        self.api, self.changed = api, changed
        self.lock = threading.RLock()
        self.things = {kind: {} for kind in RESOURCES}
        self.owned = collections.defaultdict(set)  # owner's uid -> {(kind, namespace, name)}
        self.gone = collections.OrderedDict()  # uids, so that a late answer brings nothing back
        self.synced = {kind: threading.Event() for kind in RESOURCES}

    def start(self):
        for kind in RESOURCES:
            threading.Thread(target=self.follow, args=(kind,), daemon=True).start()

    def get(self, kind, namespace, name):
        with self.lock:
            return self.things[kind].get((namespace, name))

    def all(self, kind):
        with self.lock:
            return list(self.things[kind].values())

    def dependents(self, owner, kind=None):
        with self.lock:
            keys = self.owned.get(owner["metadata"]["uid"], ())
            found = [self.things[k].get((ns, name)) for k, ns, name in keys if kind in (None, k)]
        return [thing for thing in found if thing]

    def put(self, kind, thing):
        with self.lock:
            old = self.things[kind].get(key(thing))
            if thing["metadata"]["uid"] in self.gone or (old and version(old) >= version(thing)):
                return False
            self.things[kind][key(thing)] = thing
            self.index(kind, old, thing)
            return True

    def drop(self, kind, thing):
        with self.lock:
            self.gone[thing["metadata"]["uid"]] = True
            while len(self.gone) > 50_000:
                self.gone.popitem(last=False)
            old = self.things[kind].get(key(thing))
            if old and old["metadata"]["uid"] == thing["metadata"]["uid"]:
                del self.things[kind][key(thing)]
                self.index(kind, old, None)

    def index(self, kind, old, new):
        for thing, change in ((old, set.discard), (new, set.add)):
            for owner in thing["metadata"].get("ownerReferences", []) if thing else []:
                change(self.owned[owner["uid"]], (kind, *key(thing)))
                if not self.owned[owner["uid"]]:
                    del self.owned[owner["uid"]]

    # Writes; what the server answers is seen at once, not only when the watch brings it

    def create(self, kind, thing):
        made = self.api.request("POST", path(kind, thing["metadata"]["namespace"]), thing)
        self.put(kind, made)
        return made

    def patch(self, kind, thing, patch, part=None):
        made = self.api.merge(path(kind, *key(thing), part), patch)
        self.put(kind, made)
        return made

    def delete(self, kind, thing, **options):
        """Deletes that very thing, or nothing."""
        body = {"preconditions": {"uid": thing["metadata"]["uid"]}, **options}
        try:
            self.api.request("DELETE", path(kind, *key(thing)), body)
        except Failure as failure:
            if failure.code not in (404, 409):
                raise

    # Lists and watches

    def follow(self, kind):
        since = None
        while True:
            try:
                if since is None:
                    since = self.relist(kind)
                for what, thing in self.api.watch(path(kind), since):
                    since = thing["metadata"]["resourceVersion"]
                    self.see(kind, what, thing)
            except Failure as failure:
                # Gone: what happened in between is not to be had any more.
                if failure.code in (410, 404, 403):
                    since = None
                self.complain(kind, failure)
            except BROKEN as problem:
                self.complain(kind, problem)

    def complain(self, kind, problem):
        print(f"watch of {kind}: {problem!r}", file=sys.stderr, flush=True)
        time.sleep(0.25)

    def see(self, kind, what, thing):
        if what == "BOOKMARK":
            return
        if what == "DELETED":
            self.drop(kind, thing)
        else:
            self.put(kind, thing)
        self.changed(kind, thing)

    def relist(self, kind):
        listed = self.api.request("GET", path(kind) + "?resourceVersion=0", timeout=60)
        current = {key(thing): thing for thing in listed["items"]}
        for old in self.all(kind):
            new = current.get(key(old))
            if (new is None or new["metadata"]["uid"] != old["metadata"]["uid"]) and \
                    version(old) <= int(listed["metadata"]["resourceVersion"]):
                self.see(kind, "DELETED", old)
        for thing in current.values():
            self.see(kind, "ADDED", thing)
        self.synced[kind].set()
        return listed["metadata"]["resourceVersion"]


def hashed(name):
    """Upstream's hash of a name: FNV-1a of 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{value:08x}"


def hashed_content(value):
    return hashed(json.dumps(value, sort_keys=True))


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def seconds(text):
    """An RFC 3339 time, in seconds since 1970."""
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def condition(status, kind):
    return next((c for c in status.get("conditions", []) if c["type"] == kind), None)


def set_condition(status, kind, value, reason, message, generation):
    """Sets or replaces a condition; its time is that of the last change of its value."""
    conditions = [dict(c) for c in status.get("conditions", [])]
    old = next((c for c in conditions if c["type"] == kind), None)
    if old is None:
        old = {"type": kind, "lastTransitionTime": now()}
        conditions.append(old)
    elif old["status"] != value:
        old["lastTransitionTime"] = now()
    old.update(status=value, reason=reason, message=message, observedGeneration=generation)
    status["conditions"] = conditions


def remove_condition(status, kind):
    if condition(status, kind):
        status["conditions"] = [c for c in status["conditions"] if c["type"] != kind]


def is_ready(sandbox):
    ready = condition(sandbox.get("status", {}), "Ready")
    return ready is not None and ready["status"] == "True"
