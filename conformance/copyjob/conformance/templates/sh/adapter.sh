#!/bin/sh
# A small download service around curl that speaks the protocol of a copyjob backend program, version 1.
# Replace what it does by calls of your own. Try it: copyjob smoke 'program:./adapter.sh'
#
# A request is one line such as {"call":"add_file","id":4,"job":"1","remote_url":"...","local_path":"..."}: no spaces, the
# keys always in this order, so that a pattern finds them. What this script does not know: strings with \ or " in them.
# Everything about job N stands in the folder $root/N, one fact a file; a curl at work is looked at when a call comes.

QUEUED=0 CONNECTING=1 TRANSFERRING=2 SUSPENDED=3 ERROR=4 TRANSIENT_ERROR=5 TRANSFERRED=6 ACKNOWLEDGED=7 CANCELLED=8
S_OK=0 PARTIAL_COMPLETE=2097175 INVALID_STATE=2149580802 EMPTY=2149580803
root= jobs=0

# value NAME: set $value to the string or number under this name in $line
value() {
  value=${line#*"\"$1\":"}
  case $value in
    \"*) value=${value#\"} value=${value%%\"*} ;;
    *) value=${value%%[,\}]*} ;;
  esac
}

# get FACT / put FACT VALUE: read into $got, or write, a fact of the job
get() { got=; read -r got <"$job/$1" || :; }
put() { printf '%s\n' "$2" >"$job/$1"; }

# start: fetch the next file, with what curl tells beside it
start() {
  get done; number=$((got + 1))
  get url.$number; url=$got
  get path.$number
  put state $CONNECTING
  : >"$job/code" >"$job/log"
  curl -sv -f -L --max-redirs 5 -o "$got.part" -w '%{exitcode} %{http_code}\n' "$url" >"$job/code" 2>"$job/log" </dev/null &
  put pid $!
}

# stop: take the job from its curl
stop() {
  get pid
  if [ -n "$got" ]; then
    kill "$got" 2>/dev/null
    wait "$got" 2>/dev/null
    put pid ''
  fi
}

# look: take in what the job's curl has done meanwhile
look() {
  get pid; pid=$got
  [ -n "$pid" ] || return
  get state; state=$got
  if [ "$state" = $CONNECTING ] && grep -q '^> GET' "$job/log"; then
    put state $TRANSFERRING
  fi
  get code
  [ -n "$got" ] || return
  wait "$pid"
  put pid ''
  case $got in
    '0 200')
      get done; number=$((got + 1)); put done $number
      get count
      if [ "$number" = "$got" ]; then put state $TRANSFERRED; else start; fi ;;
    '22 501' | '22 505') put state $ERROR ;;
    '22 408' | '22 409' | '22 425' | '22 429' | '22 5'*) put state $TRANSIENT_ERROR ;;
    '22 '*) put state $ERROR ;;
    *) put state $TRANSIENT_ERROR ;; # not connected, or cut off
  esac
}

reply() { printf '{"id":%s,%s}\n' "$id" "$1"; }
hresult() { reply "\"hresult\":$1"; }

# end STATE: stop, publish where that is asked for, and leave nothing beside the destinations
end() {
  stop
  get count; count=$got
  get done; whole=$got
  number=0
  while [ $number -lt "$count" ]; do
    number=$((number + 1))
    get path.$number
    if [ "$1" = $ACKNOWLEDGED ] && [ $number -le "$whole" ]; then mv -f "$got.part" "$got"; else rm -f "$got.part"; fi
  done
  put state "$1"
}

# change CALL: a call that changes a job
change() {
  look
  get state; state=$got
  get count; count=$got
  get done; whole=$got
  case $state in
    $ACKNOWLEDGED | $CANCELLED) hresult $INVALID_STATE; return ;;
  esac
  case $1 in
    add_file)
      count=$((count + 1))
      value remote_url; put url.$count "$value"
      value local_path; put path.$count "$value"
      put count $count ;;
    resume)
      if [ "$count" = 0 ]; then hresult $EMPTY; return; fi
      case $state in
        $QUEUED | $CONNECTING | $TRANSFERRING) ;;
        *) if [ "$whole" != "$count" ]; then start; else put state $TRANSFERRED; fi ;;
      esac ;;
    suspend) stop; put state $SUSPENDED ;;
    cancel) end $CANCELLED ;;
    complete)
      end $ACKNOWLEDGED
      if [ "$whole" != "$count" ]; then hresult $PARTIAL_COMPLETE; return; fi ;;
  esac
  hresult $S_OK
}

while read -r line; do
  value call; call=$value
  value id; id=$value
  value job; job=$root/$value
  case $call in
    hello)
      reply '"value":{"protocol":1,"name":"sh adapter","dialects":["BITS"],"powers":["instances"],"quiescence_seconds":5}' ;;
    open) value folder; root=$value; hresult $S_OK ;;
    create_job)
      jobs=$((jobs + 1)) job=$root/$((jobs))
      mkdir "$job"
      put state $SUSPENDED; put count 0; put done 0; put pid ''
      reply "\"value\":\"$jobs\"" ;;
    get_state) look; get state; reply "\"value\":$got" ;;
    add_file | resume | suspend | cancel | complete) change "$call" ;;
    close) hresult $S_OK; break ;;
    *) reply "\"unsupported\":\"there is no call $call\"" ;;
  esac
done

# The end of standard input is the end of this: no curl goes on.
while [ $jobs -gt 0 ]; do
  job=$root/$jobs
  stop
  jobs=$((jobs - 1))
done
