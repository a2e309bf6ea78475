// menus.go: the menus from rows kept in memory, and what follows from a digit.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

type menu struct {
	Prompt         string
	NoInputPrompt  string
	InvalidPrompt  string
	NumDigits      int
	TimeoutSeconds int
	FinishOnKey    *string
	Repeats        int
	Fallback       string
	Options        map[string]string
}

type settings struct {
	menus        map[string]*menu
	destinations map[string]string
}

type menuCache struct {
	pool    *pgxpool.Pool
	current atomic.Value
}

type answer struct {
	menu       string
	digits     *string
	decision   string
	department string
	response   string
}

func newMenuCache(pool *pgxpool.Pool) *menuCache {
	c := &menuCache{pool: pool}
	if err := c.load(); err != nil {
		log.Fatal(err)
	}
	go func() {
		for range time.Tick(2 * time.Second) {
			if err := c.load(); err != nil {
				log.Print(err)
			}
		}
	}()
	return c
}

func (c *menuCache) load() error {
	ctx := context.Background()
	s := &settings{menus: map[string]*menu{}, destinations: map[string]string{}}
	rows, err := c.pool.Query(ctx, `SELECT menu, prompt, no_input_prompt, invalid_prompt, num_digits, timeout_seconds,
		finish_on_key, repeats, fallback FROM menus`)
	if err != nil {
		return err
	}
	for rows.Next() {
		var name string
		m := &menu{Options: map[string]string{}}
		if err := rows.Scan(&name, &m.Prompt, &m.NoInputPrompt, &m.InvalidPrompt, &m.NumDigits, &m.TimeoutSeconds,
			&m.FinishOnKey, &m.Repeats, &m.Fallback); err != nil {
			return err
		}
		s.menus[name] = m
	}
	rows, err = c.pool.Query(ctx, "SELECT menu, digits, department FROM menu_options")
	if err != nil {
		return err
	}
	for rows.Next() {
		var name, digits, department string
		if err := rows.Scan(&name, &digits, &department); err != nil {
			return err
		}
		s.menus[name].Options[digits] = department
	}
	rows, err = c.pool.Query(ctx, "SELECT department, destination FROM departments")
	if err != nil {
		return err
	}
	for rows.Next() {
		var department, destination string
		if err := rows.Scan(&department, &destination); err != nil {
			return err
		}
		s.destinations[department] = destination
	}
	c.current.Store(s)
	return rows.Err()
}

func (s *server) nextURL(callID string, step int) string {
	return s.publicURL + "/route-menu?call_id=" + url.QueryEscape(callID) + "&step=" + strconv.Itoa(step)
}

type gather struct {
	Prompt         string  `json:"prompt"`
	NumDigits      int     `json:"num_digits"`
	TimeoutSeconds int     `json:"timeout_seconds"`
	FinishOnKey    *string `json:"finish_on_key,omitempty"`
}

type action struct {
	Gather      *gather `json:"gather,omitempty"`
	Type        string  `json:"type,omitempty"`
	URL         string  `json:"url,omitempty"`
	Destination string  `json:"destination,omitempty"`
}

func encode(actions ...action) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string][]action{"actions": actions}); err != nil {
		log.Print(err)
	}
	return out.String()
}

func (m *menu) ask(prompt, next string) string {
	return encode(action{Gather: &gather{prompt, m.NumDigits, m.TimeoutSeconds, m.FinishOnKey}},
		action{Type: "redirect", URL: next})
}

// leadsOn tells whether these digits are one of the menu's choices.
func (c *menuCache) leadsOn(name, digits string) bool {
	_, m, _ := c.find(name)
	return m.Options[digits] != ""
}

func (c *menuCache) find(name string) (*settings, *menu, string) {
	s := c.current.Load().(*settings)
	if m := s.menus[name]; m != nil {
		return s, m, name
	}
	return s, s.menus["main"], "main"
}

func (c *menuCache) first(name, next string) answer {
	_, m, name := c.find(name)
	return answer{menu: name, decision: "menu", response: m.ask(m.Prompt, next)}
}

func (c *menuCache) decide(name string, digits *string, repeats int, next string) answer {
	s, m, name := c.find(name)
	a := answer{menu: name, digits: digits, decision: "transfer"}
	pressed := ""
	if digits != nil {
		pressed = *digits
	}
	a.department = m.Options[pressed]
	switch {
	case a.department != "":
	case repeats >= m.Repeats:
		a.decision, a.department = "fallback", m.Fallback
	case pressed == "":
		a.decision, a.response = "no_input", m.ask(m.NoInputPrompt, next)
	default:
		a.decision, a.response = "invalid", m.ask(m.InvalidPrompt, next)
	}
	if a.department != "" {
		a.response = encode(action{Type: "transfer", Destination: s.destinations[a.department]})
	}
	return a
}
