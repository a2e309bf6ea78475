<?php
// index.php: the same work as a good everyday PHP service: PDO with persistent connections, under PHP-FPM.
//
// Environment: PUBLIC_URL, IVR_WEBHOOK_SECRET, and libpq's PG*.
declare(strict_types=1);

require __DIR__ . '/menus.php';

const MAX_BODY = 256 * 1024;
const MAX_AGE_S = 86400;
const MAX_AHEAD_S = 300;
const DIGIT_WAIT_S = 1.5;
const DIGIT_POLL_US = 40000;

function database(): PDO
{
    static $database = null;
    // One round trip a statement: a prepared one would not outlive the request.
    return $database ??= new PDO(
        sprintf('pgsql:host=%s;port=%s;dbname=%s', getenv('PGHOST'), getenv('PGPORT'), getenv('PGDATABASE')),
        getenv('PGUSER'),
        null,
        [PDO::ATTR_PERSISTENT => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::PGSQL_ATTR_DISABLE_PREPARES => true]
    );
}

function ask(string $sql, array $values): array
{
    $statement = database()->prepare($sql);
    $statement->execute($values);
    return $statement->fetch(PDO::FETCH_ASSOC);
}

function reply(int $status, string $json): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo $json;
}

function verified(string $body): bool
{
    $timestamp = $_SERVER['HTTP_X_MINIVOICE_TIMESTAMP'] ?? '';
    $age = time() - (int) $timestamp;
    if ($age > MAX_AGE_S || $age < -MAX_AHEAD_S) {
        return false;
    }
    $wanted = 'v1=' . hash_hmac('sha256', "$timestamp.$body", getenv('IVR_WEBHOOK_SECRET'));
    return hash_equals($wanted, $_SERVER['HTTP_X_MINIVOICE_SIGNATURE'] ?? '');
}

function webhook(): void
{
    $body = file_get_contents('php://input');
    if (strlen($body) > MAX_BODY) {
        reply(413, '{"error":"too large"}');
        return;
    }
    if (!verified($body)) {
        reply(401, '{"error":"unauthorized"}');
        return;
    }
    $event = json_decode($body, true);
    $call = $event['call'] ?? [];
    if (!isset($event['event'], $event['created_at'], $call['id'])) {
        reply(400, '{"error":"not an event"}');
        return;
    }
    $row = ask(
        'SELECT store_event(?, ?, ?, ?, ?, ?, ?, ?) AS fresh',
        [$call['id'], $event['event'], $event['created_at'], $call['from'] ?? null, $call['to'] ?? null,
            $call['status'] ?? null, $event['data']['digits'] ?? null, $body]
    );
    reply(200, $row['fresh'] ? '{"status":"stored"}' : '{"status":"duplicate"}');
}

function look(string $callId, int $askedStep): array
{
    return ask('SELECT response::text, menu, digits, repeats FROM call_state(?, ?)', [$callId, $askedStep]);
}

function look_for_digits(string $callId, int $askedStep, ?string $told): array
{
    $end = microtime(true) + DIGIT_WAIT_S;
    for (;;) {
        $state = look($callId, $askedStep);
        $state['digits'] = $told ?? $state['digits'];
        if ($state['response'] !== null || $state['digits'] !== null || microtime(true) > $end) {
            return $state;
        }
        usleep(DIGIT_POLL_US);
    }
}

function next_url(string $callId, int $step): string
{
    return getenv('PUBLIC_URL') . '/route-menu?call_id=' . urlencode($callId) . '&step=' . $step;
}

function give(int $askedStep, string $endpoint, array $answer): void
{
    $row = ask(
        'SELECT store_answer(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS response',
        [$_GET['call_id'] ?? '', $askedStep, $endpoint, $_GET['from'] ?? null, $_GET['to'] ?? null, $answer['menu'],
            $answer['digits'], $answer['decision'], $answer['department'], $answer['response']]
    );
    reply(200, $row['response']);
}

function answer(): void
{
    $callId = $_GET['call_id'] ?? '';
    $state = look($callId, 0);
    if ($state['response'] !== null) {
        reply(200, $state['response']);
        return;
    }
    give(0, 'answer', first_answer(menu_settings(database()), $_GET['menu'] ?? 'main', next_url($callId, 1)));
}

function route_menu(): void
{
    $callId = $_GET['call_id'] ?? '';
    $step = (int) ($_GET['step'] ?? 0);
    $state = look_for_digits($callId, $step, $_GET['digits'] ?? null);
    if ($state['response'] !== null) {
        reply(200, $state['response']);
        return;
    }
    $answer = decide(
        menu_settings(database()),
        $state['menu'] ?? 'main',
        $state['digits'],
        $state['repeats'] ?? 0,
        next_url($callId, $step + 1)
    );
    give($step, 'route-menu', $answer);
}

match ($_SERVER['SCRIPT_NAME']) {
    '/minivoice/webhook' => webhook(),
    '/minivoice/answer' => answer(),
    '/minivoice/route-menu' => route_menu(),
    default => reply(404, '{}'),
};
