<?php
// menus.php: the menus from rows kept in shared memory, and what follows from a digit.
declare(strict_types=1);

const SETTINGS_FOR_S = 2;

function load_settings(PDO $database): array
{
    $settings = ['menus' => [], 'departments' => []];
    foreach ($database->query('SELECT * FROM menus', PDO::FETCH_ASSOC) as $row) {
        $settings['menus'][$row['menu']] = $row + ['options' => []];
    }
    foreach ($database->query('SELECT * FROM menu_options', PDO::FETCH_ASSOC) as $row) {
        $settings['menus'][$row['menu']]['options'][$row['digits']] = $row['department'];
    }
    foreach ($database->query('SELECT * FROM departments', PDO::FETCH_ASSOC) as $row) {
        $settings['departments'][$row['department']] = $row['destination'];
    }
    return $settings;
}

function menu_settings(PDO $database): array
{
    $settings = apcu_fetch('settings', $found);
    if (!$found) {
        $settings = load_settings($database);
        apcu_store('settings', $settings, SETTINGS_FOR_S);
    }
    return $settings;
}

function actions(array ...$actions): string
{
    return json_encode(['actions' => $actions], JSON_UNESCAPED_SLASHES);
}

function ask_menu(array $menu, string $prompt, string $next): string
{
    $gather = ['prompt' => $prompt, 'num_digits' => $menu['num_digits'], 'timeout_seconds' => $menu['timeout_seconds']];
    if ($menu['finish_on_key'] !== null) {
        $gather['finish_on_key'] = $menu['finish_on_key'];
    }
    return actions(['gather' => $gather], ['type' => 'redirect', 'url' => $next]);
}

function first_answer(array $settings, string $name, string $next): array
{
    $menu = $settings['menus'][$name] ?? $settings['menus']['main'];
    return ['menu' => $menu['menu'], 'digits' => null, 'decision' => 'menu', 'department' => null,
        'response' => ask_menu($menu, $menu['prompt'], $next)];
}

function decide(array $settings, string $name, ?string $digits, int $repeats, string $next): array
{
    $menu = $settings['menus'][$name] ?? $settings['menus']['main'];
    $answer = ['menu' => $menu['menu'], 'digits' => $digits, 'decision' => 'transfer',
        'department' => $menu['options'][$digits ?? ''] ?? null];
    if ($answer['department'] === null && $repeats >= $menu['repeats']) {
        $answer['decision'] = 'fallback';
        $answer['department'] = $menu['fallback'];
    }
    if ($answer['department'] !== null) {
        $destination = $settings['departments'][$answer['department']];
        $answer['response'] = actions(['type' => 'transfer', 'destination' => $destination]);
    } elseif ($digits === null || $digits === '') {
        $answer['decision'] = 'no_input';
        $answer['response'] = ask_menu($menu, $menu['no_input_prompt'], $next);
    } else {
        $answer['decision'] = 'invalid';
        $answer['response'] = ask_menu($menu, $menu['invalid_prompt'], $next);
    }
    return $answer;
}
