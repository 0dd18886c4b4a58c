"""What NetworkPolicies of networking.k8s.io/v1 mean for one pod, as a table for iptables-restore. Pure.

A pod that no policy selects for a direction may do everything there; one that a policy selects may do what the rules of
all such policies together allow, and nothing else. Policies know pods by their addresses, so that a pod without one, or
one of the node's own network, is matched by no selector. What is not so in every network plugin goes the unkind way:
a connection that stands when a policy comes stays, what is not allowed is dropped without an answer, and the address of a
service is no address of its pods.
"""
import ipaddress

def selects(selector, labels):
    """An empty selector is everything, none at all is nothing."""
    if selector is None:
        return False
    for name, value in (selector.get("matchLabels") or {}).items():
        if labels.get(name) != value:
            return False
    return all(meets(wish, labels) for wish in selector.get("matchExpressions") or [])


def meets(wish, labels):
    name, values = wish["key"], wish.get("values") or []
    operator = wish["operator"]
    if operator == "In":
        return name in labels and labels[name] in values
    if operator == "NotIn":
        return labels.get(name) not in values
    if operator == "Exists":
        return name in labels
    if operator == "DoesNotExist":
        return name not in labels
    raise ValueError(f"unknown operator {operator}")


def labels(thing):
    return thing["metadata"].get("labels") or {}


def namespace_labels(namespace):
    """Since 1.21 an API server labels each namespace with its name."""
    return {**labels(namespace), "kubernetes.io/metadata.name": namespace["metadata"]["name"]}


def addresses(pod):
    """Of its own network, IPv4, while it has one."""
    status = pod.get("status", {})
    if pod["spec"].get("hostNetwork") or status.get("phase") in ("Succeeded", "Failed"):
        return []
    found = [entry["ip"] for entry in status.get("podIPs") or []]
    return [address for address in found if ":" not in address]


def directions(policy):
    """What it is about; where it does not say, its rules do."""
    spec = policy["spec"]
    return spec.get("policyTypes") or ["Ingress"] + (["Egress"] if spec.get("egress") else [])


class Table:
    """The rules of one pod. `exempt`: addresses that may always come in; the resident node's, as a rule."""

    def __init__(self, pod, policies, pods, namespaces, exempt=()):
        self.pod, self.pods, self.exempt = pod, pods, exempt
        self.namespaces = {thing["metadata"]["name"]: namespace_labels(thing) for thing in namespaces}
        own = pod["metadata"]["namespace"]
        self.policies = [policy for policy in policies if policy["metadata"]["namespace"] == own
                         and selects(policy["spec"].get("podSelector"), labels(pod))]
        self.chains, self.lines = [], []

    def text(self):
        for direction, chain, side in (("Ingress", "INPUT", "from"), ("Egress", "OUTPUT", "to")):
            relevant = [policy for policy in self.policies if direction in directions(policy)]
            if relevant:
                self.direct(direction, chain, side, relevant)
        chains = [":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"]
        chains += [f":{name} - [0:0]" for name in self.chains]
        return "\n".join(["*filter", *chains, *self.lines, "COMMIT", ""])

    def direct(self, direction, chain, side, policies):
        interface = "-i" if chain == "INPUT" else "-o"
        self.lines.append(f"-A {chain} {interface} lo -j ACCEPT")
        self.lines.append(f"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT")
        if direction == "Ingress":
            self.lines += [f"-A {chain} -s {address} -j ACCEPT" for address in self.exempt]
        for policy in policies:
            for rule in policy["spec"].get(direction.lower()) or []:
                for peer in rule.get(side) or [None]:
                    self.allow(chain, side, policy, peer, rule.get("ports") or [None])
        self.lines.append(f"-A {chain} -j DROP")

    def allow(self, chain, side, policy, peer, ports):
        flag = "-s" if side == "from" else "-d"
        if peer is not None and "ipBlock" not in peer:
            for other in self.peers(policy, peer):
                for port in ports:
                    self.allow_pod(chain, flag, other, self.pod if side == "from" else other, port)
            return
        block = (peer or {}).get("ipBlock") or {"cidr": "0.0.0.0/0"}
        if ipaddress.ip_network(block["cidr"], strict=False).version != 4:
            return
        target = self.without(flag, block.get("except") or [])
        for port in ports:
            if side == "from" or not is_name(port):
                for match in port_matches(port, self.pod):
                    self.lines.append(f"-A {chain} {flag} {block['cidr']}{match} -j {target}")
            elif peer is None:  # by its name a port is a pod's: of a mere address nobody knows it
                for other in self.pods:
                    self.allow_pod(chain, flag, other, other, port)

    def allow_pod(self, chain, flag, other, listener, port):
        for address in addresses(other):
            for match in port_matches(port, listener):
                self.lines.append(f"-A {chain} {flag} {address}/32{match} -j ACCEPT")

    def without(self, flag, exceptions):
        """A chain that accepts all but these."""
        exceptions = [block for block in exceptions if ipaddress.ip_network(block, strict=False).version == 4]
        if not exceptions:
            return "ACCEPT"
        name = f"but-{len(self.chains)}"
        self.chains.append(name)
        self.lines += [f"-A {name} {flag} {block} -j RETURN" for block in exceptions]
        self.lines.append(f"-A {name} -j ACCEPT")
        return name

    def peers(self, policy, peer):
        own = policy["metadata"]["namespace"]
        in_namespaces = peer.get("namespaceSelector")
        for pod in self.pods:
            namespace = pod["metadata"]["namespace"]
            if in_namespaces is None:
                if namespace != own:
                    continue
            elif not selects(in_namespaces, self.namespaces.get(namespace, {})):
                continue
            if peer.get("podSelector") is None or selects(peer["podSelector"], labels(pod)):
                yield pod


def is_name(port):
    return port is not None and isinstance(port.get("port"), str)


def port_matches(port, listener):
    """What of iptables says it; several for a name that a pod has more than once, none for one that it has not."""
    if port is None:
        return [""]
    protocol = port.get("protocol", "TCP")
    head, number = f" -p {protocol.lower()}", port.get("port")
    if number is None:
        return [head]
    if not is_name(port):
        last = port.get("endPort", number)
        return [f"{head} --dport {number}" + (f":{last}" if last != number else "")]
    known = [entry for container in listener["spec"].get("containers", []) for entry in container.get("ports") or []]
    return [f"{head} --dport {entry['containerPort']}" for entry in known
            if entry.get("name") == number and entry.get("protocol", "TCP") == protocol]
