// A server of gRPC on grpc-go that echoes bytes: Unary answers with the message, Collect with all messages in one, Expand with
// the message three times, Chat with each message. Says its port, then a line for each message that it gets, in hexadecimal.
// Ends with its standard input. -quiet says nothing of messages; -delay waits before each reply, and with -stall and -every the
// server stands still for a while again and again.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip"
)

type rawCodec struct{}

func (rawCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, value any) error {
	*value.(*[]byte) = append([]byte(nil), data...)
	return nil
}
func (rawCodec) Name() string { return "proto" }

var (
	quiet = flag.Bool("quiet", false, "say nothing of messages")
	delay = flag.Duration("delay", 0, "wait before each reply")
	stall = flag.Duration("stall", 0, "stand still for so long")
	every = flag.Duration("every", 0, "and so often")
	begin = time.Now()
	says  sync.Mutex
)

// pause returns when a reply may be sent.
func pause() {
	time.Sleep(*delay)
	if *every == 0 {
		return
	}
	if into := time.Since(begin) % *every; into < *stall {
		time.Sleep(*stall - into)
	}
}

func receive(method string, stream grpc.ServerStream) ([]byte, error) {
	var message []byte
	if err := stream.RecvMsg(&message); err != nil {
		return nil, err
	}
	if *quiet {
		return message, nil
	}
	says.Lock()
	defer says.Unlock()
	fmt.Printf("in %s %x\n", method, message)
	return message, nil
}

func handle(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	method := path[strings.LastIndex(path, "/")+1:]
	var all []byte
	for {
		message, err := receive(method, stream)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		replies := map[string]int{"Unary": 1, "Expand": 3, "Chat": 1}[method]
		pause()
		for i := 0; i < replies; i++ {
			if err := stream.SendMsg(&message); err != nil {
				return err
			}
		}
		all = append(all, message...)
	}
	if method == "Collect" {
		return stream.SendMsg(&all)
	}
	return nil
}

func main() {
	flag.Parse()
	encoding.RegisterCodec(rawCodec{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server := grpc.NewServer(grpc.UnknownServiceHandler(handle), grpc.MaxRecvMsgSize(1<<26))
	fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		for scanner := bufio.NewScanner(os.Stdin); scanner.Scan(); {
		}
		server.Stop()
	}()
	if err := server.Serve(listener); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
