// A small download service that speaks the protocol of a copyjob backend program, version 1.
// Replace what it does by calls of your own. Build and try it:
//
//	go build -o adapter adapter.go && copyjob smoke 'program:./adapter'
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"sync"
)

const (
	queued = iota
	connecting
	transferring
	suspended
	failed
	transientError
	transferred
	acknowledged
	cancelled
)

const (
	sOK             = 0
	partialComplete = 0x00200017
	invalidState    = 0x80200002
	empty           = 0x80200003
)

type request struct {
	Call      string `json:"call"`
	ID        int64  `json:"id"`
	Job       string `json:"job"`
	RemoteURL string `json:"remote_url"`
	LocalPath string `json:"local_path"`
}

type file struct{ url, path, part string }

// A job that runs has a goroutine; stop ends it, and a goroutine of an earlier turn has no say any more.
type job struct {
	state, done, turn int
	files             []file
	stop              context.CancelFunc
}

var (
	lock sync.Mutex // guards every job
	jobs []*job
)

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return // the end of standard input is the end of this
		}
		var asked request
		reply := map[string]any{}
		if err := json.Unmarshal(line, &asked); err != nil {
			reply["errored"] = err.Error()
		} else {
			answer(asked, reply)
		}
		reply["id"] = asked.ID
		told, _ := json.Marshal(reply)
		fmt.Println(string(told))
		if asked.Call == "close" {
			return
		}
	}
}

// answer puts into the reply what a call answers with.
func answer(asked request, reply map[string]any) {
	lock.Lock()
	defer lock.Unlock()
	switch asked.Call {
	case "hello":
		reply["value"] = map[string]any{
			"protocol": 1, "name": "go adapter", "dialects": []string{"BITS"},
			"powers": []string{"instances"}, "quiescence_seconds": 5,
		}
	case "open":
		reply["hresult"] = sOK
	case "close":
		for _, own := range jobs {
			own.move(cancelled)
		}
		reply["hresult"] = sOK
	case "create_job":
		jobs = append(jobs, &job{state: suspended})
		reply["value"] = strconv.Itoa(len(jobs) - 1)
	case "get_state", "add_file", "resume", "suspend", "cancel", "complete":
		number, err := strconv.Atoi(asked.Job)
		if err != nil || number < 0 || number >= len(jobs) {
			reply["errored"] = "there is no job " + asked.Job
		} else if own := jobs[number]; asked.Call == "get_state" {
			reply["value"] = own.state
		} else {
			reply["hresult"] = own.change(asked)
		}
	default:
		reply["unsupported"] = "there is no call " + asked.Call
	}
}

func (own *job) change(asked request) uint32 {
	if own.state == acknowledged || own.state == cancelled {
		return invalidState
	}
	switch asked.Call {
	case "add_file":
		own.files = append(own.files, file{asked.RemoteURL, asked.LocalPath, asked.LocalPath + ".part"})
	case "resume":
		if len(own.files) == 0 {
			return empty
		}
		runs := own.state == queued || own.state == connecting || own.state == transferring
		if whole := own.state == transferred && own.done == len(own.files); !runs && !whole {
			own.move(queued)
			var background context.Context
			background, own.stop = context.WithCancel(context.Background())
			go own.run(background, own.turn)
		}
	case "suspend":
		own.move(suspended)
	case "cancel":
		own.move(cancelled)
		for _, each := range own.files {
			os.Remove(each.part)
		}
	case "complete":
		own.move(acknowledged)
		for number, each := range own.files {
			if number < own.done {
				os.Rename(each.part, each.path)
			} else {
				os.Remove(each.part)
			}
		}
		if own.done < len(own.files) {
			return partialComplete
		}
	}
	return sOK
}

// move changes the state; whoever worked for the job until now stops. Called with the lock.
func (own *job) move(state int) {
	own.state = state
	own.turn++
	if own.stop != nil {
		own.stop()
		own.stop = nil
	}
}

// step does something on behalf of a turn, with the lock; false where the turn is over.
func (own *job) step(turn int, do func()) bool {
	lock.Lock()
	defer lock.Unlock()
	if own.turn != turn {
		return false
	}
	do()
	return true
}

// run fetches one file after another.
func (own *job) run(background context.Context, turn int) {
	for {
		var next file
		left := false
		if !own.step(turn, func() {
			if left = own.done < len(own.files); left {
				next = own.files[own.done]
				own.state = connecting
			} else {
				own.state = transferred
			}
		}) || !left {
			return
		}
		content, state := own.fetch(background, turn, next)
		if !own.step(turn, func() {
			if state == transferred && os.WriteFile(next.part, content, 0o644) != nil {
				state = failed
			}
			if state != transferred {
				own.state = state
			} else if own.done++; own.done == len(own.files) {
				own.state = transferred
			}
		}) || state != transferred {
			return
		}
	}
}

// fetch returns the content of a file, and the state to which that leads.
func (own *job) fetch(background context.Context, turn int, wanted file) ([]byte, int) {
	traced := httptrace.WithClientTrace(background, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { own.step(turn, func() { own.state = transferring }) },
	})
	asked, err := http.NewRequestWithContext(traced, http.MethodGet, wanted.url, nil)
	if err != nil {
		return nil, failed
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	response, err := client.Do(asked)
	if err != nil {
		return nil, transientError
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, stateOf(response.StatusCode)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, transientError
	}
	return content, transferred
}

// stateOf tells where an HTTP status leads that is no success.
func stateOf(status int) int {
	switch {
	case status == 501 || status == 505:
		return failed
	case status >= 500 || status == 408 || status == 409 || status == 425 || status == 429:
		return transientError
	}
	return failed
}
