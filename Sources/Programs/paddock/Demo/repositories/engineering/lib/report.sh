# The day a monthly report is due after DATE.
next_due() {
  month=${1#*-} month=${month%-*}
  printf '%s-%02d-%s\n' "${1%%-*}" "$((${month#0} + 1))" "${1##*-}"
}
