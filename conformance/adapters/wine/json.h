/* As much JSON as a program of the kit needs: flat objects of strings and integers come in, replies go out.

   Law: text is UTF-8 in JSON and UTF-16 to COM; what comes in is whole lines, and what goes out is one line at once, so
   that no other thread's reply is mixed into it. */
#ifndef COPYJOB_JSON_H
#define COPYJOB_JSON_H
#include <stddef.h>
#include <wchar.h>

enum { TEXT_MAX = 8192 };

/* Find a key of the object in `line` and write its string or number to `out`; 0 where it is not there. */
int json_field(const char *line, const char *name, char *out, size_t room);

/* A line that grows; it is printed and emptied by line_end. */
struct line { char *text; size_t used, room; };
void line_add(struct line *line, const char *format, ...);
void line_add_text(struct line *line, const char *utf8);
void line_add_wide(struct line *line, const wchar_t *wide);
void line_end(struct line *line);

wchar_t *wide_of(const char *utf8);
#endif
