// A generator of requests that takes little of the machine: the service under load keeps a core of its own.
//
//	generator -port 8080 -message file -seconds 10 -rate 5000     open loop: at a steady rate, whatever becomes of those before
//	generator -port 8080 -message file -seconds 4 -callers 32     closed loop: each caller waits for its answer
//
// Prints one JSON object: how many were asked, ms of the accepted (200) and of the refused (503) from when each was due, how many
// got neither, connections made, and CPU seconds of this process.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type result struct {
	Asked    int       `json:"asked"`
	Accepted []float64 `json:"accepted"`
	Refused  []float64 `json:"refused"`
	Failed   int       `json:"failed"`
	// Why there was no answer, and how often.
	Reasons     map[string]int `json:"reasons"`
	Connections int            `json:"connections"`
	CPUSeconds  float64        `json:"cpuSeconds"`
}

type kept struct {
	socket net.Conn
	reader *bufio.Reader
}

type generator struct {
	sync.Mutex
	result
	address string
	message []byte
	idle    []*kept
}

// The connection used last, or a new one.
func (g *generator) connection() (*kept, error) {
	g.Lock()
	if last := len(g.idle) - 1; last >= 0 {
		one := g.idle[last]
		g.idle = g.idle[:last]
		g.Unlock()
		return one, nil
	}
	g.Connections++
	g.Unlock()
	socket, err := net.Dial("tcp", g.address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := socket.(*net.TCPConn); ok {
		// What is closed is gone: its port must not wait a minute for the next connection.
		_ = tcp.SetLinger(0)
	}
	return &kept{socket, bufio.NewReader(socket)}, nil
}

// Reads an answer: its status, and whether the connection is kept.
func (k *kept) answer() (int, bool, error) {
	first, err := k.reader.ReadSlice('\n')
	if err != nil || len(first) < 12 {
		return 0, false, io.ErrUnexpectedEOF
	}
	status, err := strconv.Atoi(string(first[9:12]))
	if err != nil {
		return 0, false, err
	}
	length, open := 0, true
	for {
		line, err := k.reader.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch {
		case strings.EqualFold(name, "content-length"):
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, false, err
			}
		case strings.EqualFold(name, "connection"):
			open = !strings.Contains(strings.ToLower(value), "close")
		}
	}
	_, err = k.reader.Discard(length)
	return status, open, err
}

// What went wrong, without addresses.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	return err.Error()
}

// One request and its answer, counted from when it was due.
func (g *generator) ask(due time.Time) {
	status, open := 0, false
	one, err := g.connection()
	if err == nil {
		if _, err = one.socket.Write(g.message); err == nil {
			status, open, err = one.answer()
		}
	}
	ms := float64(time.Since(due)) / float64(time.Millisecond)
	g.Lock()
	defer g.Unlock()
	switch {
	case err != nil:
		g.Failed++
		g.Reasons[reason(err)]++
	case status == 200:
		g.Accepted = append(g.Accepted, ms)
	case status == 503:
		g.Refused = append(g.Refused, ms)
	default:
		g.Failed++
		g.Reasons[fmt.Sprintf("status %d", status)]++
	}
	if err == nil && open {
		g.idle = append(g.idle, one)
	} else if one != nil {
		_ = one.socket.Close()
	}
}

func (g *generator) openLoop(rate, seconds float64) {
	g.Asked = int(rate * seconds)
	var all sync.WaitGroup
	begun := time.Now()
	for sent := 0; sent < g.Asked; sent++ {
		due := begun.Add(time.Duration(float64(sent) / rate * float64(time.Second)))
		if early := time.Until(due); early > 0 {
			time.Sleep(early)
		} else {
			// Answers that are there are read before more is sent.
			runtime.Gosched()
		}
		all.Add(1)
		go func() {
			defer all.Done()
			g.ask(due)
		}()
	}
	all.Wait()
}

func (g *generator) closedLoop(callers int, seconds float64) {
	until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	var all sync.WaitGroup
	for range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			for time.Now().Before(until) {
				g.ask(time.Now())
			}
		}()
	}
	all.Wait()
	g.Asked = len(g.Accepted) + len(g.Refused) + g.Failed
}

func run() error {
	port := flag.Int("port", 0, "of 127.0.0.1")
	message := flag.String("message", "", "file with the bytes of a request")
	seconds := flag.Float64("seconds", 1, "how long")
	rate := flag.Float64("rate", 0, "open loop: requests a second")
	callers := flag.Int("callers", 0, "closed loop: who wait for their answers")
	flag.Parse()
	bytes, err := os.ReadFile(*message)
	if err != nil {
		return err
	}
	// The other core is the service's.
	runtime.GOMAXPROCS(1)
	g := generator{address: fmt.Sprintf("127.0.0.1:%d", *port), message: bytes}
	g.Accepted, g.Refused, g.Reasons = []float64{}, []float64{}, map[string]int{}
	if *callers > 0 {
		g.closedLoop(*callers, *seconds)
	} else {
		g.openLoop(*rate, *seconds)
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	g.CPUSeconds = float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
	return json.NewEncoder(os.Stdout).Encode(g.result)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
