"""What control-plane, node, cluster-user and agent-sandbox-controller share. Standard library only."""
import base64
import ctypes
import fcntl
import http.client
import json
import os
import random
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

SUPPORT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
CACHE = os.environ.get("PADDOCK_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "paddock")
# Debian puts nft, ip, runc and the like where a plain user's PATH does not look.
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Refusal(Exception):
    """One clear sentence for the person who called."""


def run(main):
    """Runs a script: a refusal is one sentence on standard error and status 1."""
    name = os.path.basename(sys.argv[0])
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(f"{name}: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


def binaries(which):
    """The folder with etcd, kube-apiserver and so on; builds them if they are not there yet."""
    found = subprocess.run([os.path.join(SUPPORT, "kubernetes-binaries"), which], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        raise Refusal("Kubernetes' programs cannot be had; see above")
    return found.stdout.strip()


# Processes

def started(pid):
    """When the process started, in the kernel's ticks: with the number it names a process for good."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


def record(path, pid):
    with open(path + ".new", "w") as file:
        file.write(f"{pid} {started(pid)}\n")
    os.rename(path + ".new", path)


def recorded(path):
    """The number of the recorded process, if it is still that one."""
    try:
        with open(path) as file:
            pid, start = file.read().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if started(pid) == start else None


def end(path, seconds=10, first=signal.SIGTERM):
    """Ends the recorded process, politely and then not, and waits until it is gone."""
    pid = recorded(path)
    if pid is None:
        return False
    for number, patience in ((first, seconds), (signal.SIGKILL, 10)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            break
        if wait(patience, lambda: recorded(path) is None):
            break
    return True


def wait(seconds, condition, pause=0.02):
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            return None
        time.sleep(pause)


_libc = ctypes.CDLL(None, use_errno=True)


def spawn(command, log, environment=None):
    """Starts a program that dies with this process, however that ends, and has no signal blocked."""
    def prepare():
        _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
    with open(log, "ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=prepare,
                                env={**os.environ, "PATH": PATH, **(environment or {})})


def detach(body, log, keep=None):
    """Runs `body` in a process of its own that outlives this one, and returns its number. It has the file `keep` (a
    lock) as its descriptor 3, and nothing else of what is open here."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        null, out = os.open("/dev/null", os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(null, 0), os.dup2(out, 1), os.dup2(out, 2)
        if keep not in (None, 3):
            os.dup2(keep, 3, inheritable=False)
        os.closerange(3 if keep is None else 4, 1024)
        code = body() or 0
    except BaseException as problem:  # pylint: disable=broad-except
        print(f"ended by {problem!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def lock(directory):
    """Makes the directory if need be, and holds it until this process ends or the result is closed."""
    while True:
        os.makedirs(directory, exist_ok=True)
        try:
            held = os.open(directory, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.fstat(held).st_ino == os.stat(directory).st_ino:
                return held
            os.close(held)  # while this one waited, somebody removed it
        except FileNotFoundError:
            pass


class Guard:
    """Tells when the process on whose behalf something runs has ended; never, for none."""

    def __init__(self, pid):
        self.descriptor = None
        self.gone = False
        if pid:
            try:
                self.descriptor = os.pidfd_open(pid)
            except ProcessLookupError:
                self.gone = True

    def ended(self):
        return self.gone or (self.descriptor is not None and bool(select.select([self.descriptor], [], [], 0)[0]))


def tail(path, lines=8):
    try:
        with open(path, errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except FileNotFoundError:
        return ""


def free_port():
    """A port that nothing listens on, below those that the kernel gives to clients: it can be taken again later."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Refusal("no free port between 20000 and 32000 on 127.0.0.1")


# What the API server notes

# Of Kubernetes' own controllers, which are service accounts where they are many, nothing.
AUDIT = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [
    {"level": "None", "userGroups": ["system:serviceaccounts:kube-system"]},
    {"level": "Metadata", "userGroups": ["system:serviceaccounts"]},
    {"level": "Metadata", "users": ["system:anonymous"], "nonResourceURLs": ["/version"]},
    {"level": "None"}]}


def audit(directory):
    """What kube-apiserver is told for there to be DIR/audit.log; its policy is put beside that."""
    policy = os.path.join(directory, "audit.json")
    with open(policy, "w") as file:
        json.dump(AUDIT, file)
    return ["--audit-policy-file", policy, "--audit-log-path", os.path.join(directory, "audit.log")]


# Credentials

def openssl(*arguments, given=None):
    done = subprocess.run(["openssl", *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise Refusal(f"openssl {arguments[0]} failed: {done.stderr.decode().strip()}")
    return done.stdout


class Credentials:
    """A certificate authority in a folder, and what it signed."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not os.path.exists(self.path("sa.pub")):
            openssl("req", "-x509", *self.key("ca.key"), "-days", "3650", "-subj", "/CN=paddock-test-ca",
                    "-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign", "-out", self.path("ca.crt"))
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path("sa.key"))
            openssl("ec", "-in", self.path("sa.key"), "-pubout", "-out", self.path("sa.pub"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.path(name)]

    def issue(self, name, user, groups=(), alternatives="", days=3650):
        """Writes NAME.crt and NAME.key, unless they are there."""
        if os.path.exists(self.path(name + ".crt")):
            return
        plain = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
        request = openssl("req", "-new", *self.key(name + ".key"), "-subj", plain)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as extensions:
            extensions.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\n"
                             "extendedKeyUsage=serverAuth,clientAuth\n")
            extensions.write(f"subjectAltName={alternatives}\n" if alternatives else "")
            extensions.flush()
            signed = openssl("x509", "-req", "-CA", self.path("ca.crt"), "-CAkey", self.path("ca.key"),
                             "-set_serial", str(random.getrandbits(64)), "-days", str(days),
                             "-extfile", extensions.name, given=request)
        with open(self.path(name + ".crt"), "wb") as file:
            file.write(signed)

    def embedded(self, name):
        with open(self.path(name), "rb") as file:
            return base64.b64encode(file.read()).decode()

    def kubeconfig(self, path, server, user, certificate=None, token=None, namespace="default"):
        credential = f"    token: {token}\n" if token else (
            f"    client-certificate-data: {self.embedded(certificate + '.crt')}\n"
            f"    client-key-data: {self.embedded(certificate + '.key')}\n")
        text = (
            "apiVersion: v1\nkind: Config\nclusters:\n- name: test\n  cluster:\n"
            f"    server: {server}\n    certificate-authority-data: {self.embedded('ca.crt')}\n"
            f"users:\n- name: {json.dumps(user)}\n  user:\n{credential}"
            f"contexts:\n- name: test\n  context:\n    cluster: test\n    user: {json.dumps(user)}\n"
            f"    namespace: {namespace}\ncurrent-context: test\n")
        descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        os.rename(path + ".new", path)


# Requests

class Failure(Exception):
    """What the API server refused, with its Status."""

    def __init__(self, code, status):
        super().__init__(f"{code} {status.get('reason', '')}: {status.get('message', '')}")
        self.code, self.status = code, status


class API:
    """Requests to one API server, on a connection of its own for each thread that makes one."""

    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig
        kubectl = os.path.join(binaries("control-plane"), "kubectl")
        shown = subprocess.run(
            [kubectl, "config", "view", "--raw", "--minify", "--flatten", "-o", "json", "--kubeconfig", kubeconfig],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if shown.returncode:
            raise Refusal(f"{kubeconfig} cannot be read: {shown.stderr.strip()}")
        config = json.loads(shown.stdout)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.address = urllib.parse.urlsplit(cluster["server"])
        self.token = user.get("token")
        self.context = ssl.create_default_context(
            cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        if "client-certificate-data" in user:
            with tempfile.NamedTemporaryFile() as both:
                both.write(base64.b64decode(user["client-certificate-data"]))
                both.write(base64.b64decode(user["client-key-data"]))
                both.flush()
                self.context.load_cert_chain(both.name)
        self.idle = []

    def connection(self, timeout):
        return http.client.HTTPSConnection(
            self.address.hostname, self.address.port, context=self.context, timeout=timeout)

    def headers(self, content=None):
        headers = {"Accept": "application/json", "User-Agent": "agent-sandbox-controller (test)"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if content:
            headers["Content-Type"] = content
        return headers

    def request(self, method, path, body=None, content="application/json", timeout=30):
        data = None if body is None else json.dumps(body)
        try:
            connection = self.idle.pop()
        except IndexError:
            connection = self.connection(timeout)
        try:
            connection.request(method, path, data, self.headers(content if data else None))
            response = connection.getresponse()
            text = response.read()
        except BaseException:
            connection.close()
            self.idle.clear()  # the server has gone: the others are of no use either
            raise
        self.idle.append(connection)
        value = json.loads(text) if text[:1] in (b"{", b"[") else {"message": text.decode(errors="replace")}
        if response.status >= 400:
            raise Failure(response.status, value)
        return value

    def get(self, path):
        """The object, or None."""
        try:
            return self.request("GET", path)
        except Failure as failure:
            if failure.code == 404:
                return None
            raise

    def merge(self, path, patch):
        return self.request("PATCH", path, patch, "application/merge-patch+json")

    def watch(self, path, version, seconds=240):
        """Yields (type, object) until the server closes the stream; silence longer than it may last is an error."""
        query = f"watch=true&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds={seconds}"
        connection = self.connection(seconds + 30)
        try:
            connection.request("GET", f"{path}?{query}", headers=self.headers())
            response = connection.getresponse()
            if response.status >= 400:
                raise Failure(response.status, json.loads(response.read()))
            for line in response:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise Failure(event["object"].get("code", 500), event["object"])
                yield event["type"], event["object"]
        finally:
            connection.close()


# agent-sandbox

def install_kinds(directory, programs):
    """Once. Before the garbage collector starts, where there is one: later it sees new kinds only each half minute."""
    if os.path.exists(os.path.join(directory, "kinds")):
        return
    kinds = os.path.join(SUPPORT, "agent-sandbox", "crds.yaml")
    kubectl = [os.path.join(programs, "kubectl"), "--kubeconfig", os.path.join(directory, "kubeconfig")]
    for arguments in (["apply", "-f", kinds], ["wait", "--for=condition=Established", "--timeout=60s", "-f", kinds]):
        done = subprocess.run(kubectl + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Refusal(f"the kinds of agent-sandbox cannot be installed: {done.stdout.strip()}")
    with open(os.path.join(directory, "kinds"), "w"):
        pass


def add_agent_sandbox(directory, programs, kinds_only, *plays):
    """Installs the kinds, and keeps the stand-in for their controller going for as long as the keeper lives."""
    install_kinds(directory, programs)
    config = os.path.join(directory, "kubeconfig")
    record_path = os.path.join(directory, "agent-sandbox-controller.pid")
    if kinds_only or recorded(record_path):
        return
    program, log = os.path.join(SUPPORT, "agent-sandbox-controller"), record_path[:-3] + "log"
    keeper = str(recorded(os.path.join(directory, "keeper.pid")))
    pid = detach(lambda: os.execv(program, [program, "--kubeconfig", config, "--while", keeper, *plays]), log)
    record(record_path, pid)
    if not wait(60, lambda: "ready\n" in tail(log, 1000) or started(pid) is None) or started(pid) is None:
        raise Refusal(f"the stand-in for agent-sandbox's controller does not come up:\n{tail(log)}")
