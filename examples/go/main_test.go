package main

import "testing"

func TestSign(t *testing.T) {
	if sign([]byte("key"), []byte("body")) == sign([]byte("other"), []byte("body")) {
		t.Fatal("another key gave the same signature")
	}
}
