# Dates are texts such as 2026-01-31.

# days_in_month YEAR MONTH
days_in_month() {
  case $2 in
    4 | 6 | 9 | 11) echo 30 ;;
    2) if is_leap_year "$1"; then echo 29; else echo 28; fi ;;
    *) echo 31 ;;
  esac
}

is_leap_year() {
  [ $(($1 % 4)) -eq 0 ] && { [ $(($1 % 100)) -ne 0 ] || [ $(($1 % 400)) -eq 0 ]; }
}

# add_months DATE COUNT
add_months() {
  year=${1%%-*} rest=${1#*-}
  month=${rest%-*} day=${rest#*-}
  month=$((${month#0} - 1 + $2)) day=${day#0}
  year=$((year + month / 12)) month=$((month % 12 + 1))
  printf '%04d-%02d-%02d\n' "$year" "$month" "$day"
}
