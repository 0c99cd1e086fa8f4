#include "json.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static const char *skip(const char *at) {
    while (isspace((unsigned char)*at) || *at == ',' || *at == ':' || *at == '{') at++;
    return at;
}

static unsigned hex4(const char *at) {
    char digits[5] = {0};
    for (int i = 0; i < 4 && isxdigit((unsigned char)at[i]); i++) digits[i] = at[i];
    return (unsigned)strtoul(digits, NULL, 16);
}

static void put(char *out, size_t room, size_t *used, unsigned code) {
    static const unsigned char mark[] = {0, 0, 0xC0, 0xE0, 0xF0};
    int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    char utf8[4];
    for (int i = length - 1; i > 0; i--, code >>= 6) utf8[i] = (char)(0x80 | (code & 0x3F));
    utf8[0] = (char)(mark[length] | code);
    for (int i = 0; i < length && *used + 1 < room; i++) out[(*used)++] = utf8[i];
}

/* Read the string or number at `at` into `out`; return what follows it. */
static const char *token(const char *at, char *out, size_t room) {
    size_t used = 0;
    int quoted = *at == '"';
    if (quoted) at++;
    while (*at && (quoted ? *at != '"' : !strchr(",} \t\r\n", *at))) {
        unsigned char letter = (unsigned char)*at++;
        if (!quoted || letter != '\\') {
            if (used + 1 < room) out[used++] = (char)letter;
        } else if (*at == 'u') {
            unsigned code = hex4(at + 1);
            at += strnlen(at, 5);
            if (code >= 0xD800 && code < 0xDC00 && at[0] == '\\' && at[1] == 'u') {
                code = 0x10000 + ((code - 0xD800) << 10) + (hex4(at + 2) - 0xDC00);
                at += strnlen(at, 6);
            }
            put(out, room, &used, code);
        } else if (*at) {
            const char *plain = strchr("n\nt\tr\rb\bf\f", *at);
            put(out, room, &used, (unsigned char)(plain ? plain[1] : *at));
            at++;
        }
    }
    out[used] = 0;
    return quoted && *at == '"' ? at + 1 : at;
}

int json_field(const char *line, const char *name, char *out, size_t room) {
    char key[64];
    for (const char *at = skip(line); *at && *at != '}';) {
        at = skip(token(at, key, sizeof key));
        at = skip(token(at, out, room));
        if (!strcmp(key, name)) return 1;
    }
    out[0] = 0;
    return 0;
}

static void *must(void *memory) {
    if (!memory) { fputs("adapter: no memory is left\n", stderr); ExitProcess(1); }
    return memory;
}

void line_add(struct line *line, const char *format, ...) {
    va_list told;
    va_start(told, format);
    int length = vsnprintf(NULL, 0, format, told);
    va_end(told);
    if (line->used + (size_t)length + 1 > line->room) {
        line->room = 2 * (line->used + (size_t)length + 1);
        line->text = must(realloc(line->text, line->room));
    }
    va_start(told, format);
    vsnprintf(line->text + line->used, (size_t)length + 1, format, told);
    va_end(told);
    line->used += (size_t)length;
}

void line_add_text(struct line *line, const char *utf8) {
    line_add(line, "\"");
    for (; *utf8; utf8++) {
        unsigned char letter = (unsigned char)*utf8;
        if (letter == '"' || letter == '\\') line_add(line, "\\%c", letter);
        else if (letter < 0x20) line_add(line, "\\u%04x", letter);
        else line_add(line, "%c", letter);
    }
    line_add(line, "\"");
}

void line_add_wide(struct line *line, const wchar_t *wide) {
    int room = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = must(malloc((size_t)room + 1));
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, room, NULL, NULL);
    line_add_text(line, text);
    free(text);
}

void line_end(struct line *line) {
    line_add(line, "\n");
    fwrite(line->text, 1, line->used, stdout);
    fflush(stdout);
    line->used = 0;
}

wchar_t *wide_of(const char *utf8) {
    int room = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0);
    wchar_t *wide = must(malloc(sizeof *wide * (size_t)(room + 1)));
    MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, room);
    return wide;
}
