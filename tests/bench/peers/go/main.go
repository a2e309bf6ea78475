// main.go: the yardstick: the same work as a good everyday Go service: net/http, pgx, a pool of 16.
//
// Environment: SOCKET (unix socket to listen on), PUBLIC_URL, IVR_WEBHOOK_SECRET, and libpq's PG*.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	maxBody   = 256 << 10
	maxAge    = 24 * time.Hour
	maxAhead  = 5 * time.Minute
	digitWait = 1500 * time.Millisecond
	digitPoll = 40 * time.Millisecond
)

type server struct {
	pool      *pgxpool.Pool
	menus     *menuCache
	secret    []byte
	publicURL string
}

type event struct {
	Event     string    `json:"event"`
	CreatedAt time.Time `json:"created_at"`
	Call      struct {
		ID     string  `json:"id"`
		From   *string `json:"from"`
		To     *string `json:"to"`
		Status *string `json:"status"`
	} `json:"call"`
	Data struct {
		Digits *string `json:"digits"`
	} `json:"data"`
}

func (s *server) verified(r *http.Request, body []byte) bool {
	timestamp := r.Header.Get("X-MiniVoice-Timestamp")
	sent, err := hex.DecodeString(strings.TrimPrefix(r.Header.Get("X-MiniVoice-Signature"), "v1="))
	if err != nil {
		return false
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	if age := time.Since(time.Unix(seconds, 0)); age > maxAge || age < -maxAhead {
		return false
	}
	mac := hmac.New(sha256.New, s.secret)
	io.WriteString(mac, timestamp)
	io.WriteString(mac, ".")
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), sent)
}

func (s *server) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if !s.verified(r, body) {
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	var e event
	if json.Unmarshal(body, &e) != nil || e.Event == "" || e.Call.ID == "" {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	var fresh bool
	err = s.pool.QueryRow(r.Context(), "SELECT store_event($1, $2, $3, $4, $5, $6, $7, $8)",
		e.Call.ID, e.Event, e.CreatedAt, e.Call.From, e.Call.To, e.Call.Status, e.Data.Digits, string(body)).Scan(&fresh)
	if err != nil {
		log.Print(err)
		http.Error(w, "come again", http.StatusServiceUnavailable)
		return
	}
	word := `{"status":"stored"}`
	if !fresh {
		word = `{"status":"duplicate"}`
	}
	writeJSON(w, word)
}

func writeJSON(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, text)
}

// state is what the database knows of a question.
type state struct {
	response *string
	menu     *string
	digits   *string
	repeats  *int
}

func (s *server) look(ctx context.Context, callID string, askedStep int) (state, error) {
	var st state
	err := s.pool.QueryRow(ctx, "SELECT response::text, menu, digits, repeats FROM call_state($1, $2)", callID, askedStep).
		Scan(&st.response, &st.menu, &st.digits, &st.repeats)
	return st, err
}

// lookForDigits asks again until the digits are there or the time is over.
func (s *server) lookForDigits(ctx context.Context, callID string, askedStep int, told string) (state, error) {
	end := time.Now().Add(digitWait)
	for {
		st, err := s.look(ctx, callID, askedStep)
		if told != "" {
			st.digits = &told
		}
		if err != nil || st.response != nil || st.digits != nil || time.Now().After(end) {
			return st, err
		}
		select {
		case <-time.After(digitPoll):
		case <-ctx.Done():
			return st, ctx.Err()
		}
	}
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// reply stores the answer and gives it, or the one that was stored meanwhile.
func (s *server) reply(w http.ResponseWriter, r *http.Request, askedStep int, endpoint string, a answer) {
	query := r.URL.Query()
	var given string
	err := s.pool.QueryRow(r.Context(), "SELECT store_answer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		query.Get("call_id"), askedStep, endpoint, optional(query.Get("from")), optional(query.Get("to")),
		a.menu, a.digits, a.decision, optional(a.department), a.response).Scan(&given)
	if err != nil {
		log.Print(err)
		given = a.response
	}
	writeJSON(w, given)
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	name := query.Get("menu")
	if name == "" {
		name = "main"
	}
	s.reply(w, r, 0, "answer", s.menus.first(name, s.nextURL(query.Get("call_id"), 1)))
}

func (s *server) routeMenu(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	callID := query.Get("call_id")
	step, _ := strconv.Atoi(query.Get("step"))
	if told := query.Get("digits"); told != "" && s.menus.leadsOn("main", told) {
		// Nothing that is stored changes it, and storing finds out whether it was answered before.
		s.reply(w, r, step, "route-menu", s.menus.decide("main", &told, 0, s.nextURL(callID, step+1)))
		return
	}
	st, err := s.lookForDigits(r.Context(), callID, step, query.Get("digits"))
	if err != nil {
		log.Print(err)
	}
	if st.response != nil {
		writeJSON(w, *st.response)
		return
	}
	name, repeats := "main", 0
	if st.menu != nil {
		name = *st.menu
	}
	if st.repeats != nil {
		repeats = *st.repeats
	}
	s.reply(w, r, step, "route-menu", s.menus.decide(name, st.digits, repeats, s.nextURL(callID, step+1)))
}

func main() {
	config, err := pgxpool.ParseConfig("pool_max_conns=16 pool_min_conns=16")
	if err != nil {
		log.Fatal(err)
	}
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET application_name = 'go'")
		return err
	}
	pool, err := pgxpool.ConnectConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool: pool, secret: []byte(os.Getenv("IVR_WEBHOOK_SECRET")), publicURL: os.Getenv("PUBLIC_URL")}
	s.menus = newMenuCache(pool)
	mux := http.NewServeMux()
	mux.HandleFunc("/minivoice/webhook", s.webhook)
	mux.HandleFunc("/minivoice/answer", s.answer)
	mux.HandleFunc("/minivoice/route-menu", s.routeMenu)
	listener, err := net.Listen("unix", os.Getenv("SOCKET"))
	if err != nil {
		log.Fatal(err)
	}
	web := &http.Server{Handler: mux}
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		<-stop
		web.Shutdown(context.Background())
	}()
	if err := web.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	pool.Close()
}
