// Command patlint finds leaked Qoder Personal Access Tokens and hard-coded
// bearer credentials in the files and the history of git repositories. It is
// floor 3 of patlint: flags, wiring and exit code.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetOutput(io.Discard) // libraries write there what others sent them, such as net/http a late answer
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}
