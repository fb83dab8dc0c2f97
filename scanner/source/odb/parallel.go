package odb

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// parallel calls f for the parts of [0, n), each of the given size, from several
// goroutines, and returns when all are done. A part that panics, as reading a
// file does that was cut short while mapped, is the error; the rest is not done.
func parallel(workers, n, size int, f func(worker, from, to int)) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	one := func(worker int) {
		debug.SetPanicOnFault(true) // of this goroutine alone
		defer func() {
			if r := recover(); r != nil {
				err := asError(r)
				failed.CompareAndSwap(nil, &err)
			}
		}()
		for failed.Load() == nil {
			from := int(next.Add(int64(size))) - size
			if from >= n {
				return
			}
			f(worker, from, min(n, from+size))
		}
	}
	var wg sync.WaitGroup
	for worker := range min(workers, (n+size-1)/size) {
		wg.Go(func() { one(worker) })
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// workers returns a number of workers, the machine's processors for 0.
func workers(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}
