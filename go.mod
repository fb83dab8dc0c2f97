module github.com/patlint/patlint

go 1.26.8
