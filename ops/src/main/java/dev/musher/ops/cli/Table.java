package dev.musher.ops.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns, two blanks between them; the last column is as long as it is. */
final class Table {

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    /** With the names of the columns. */
    Table(String... head) {
        this.head = List.of(head);
    }

    /** Adds a row; as many cells as there are columns. */
    Table row(String... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + head.size());
        }
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Text.line(cell));
        }
        rows.add(row);
        return this;
    }

    /** Whether there is no row. */
    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, the names of the columns first. Columns without any text are left out. */
    List<String> lines() {
        List<String> out = new ArrayList<>();
        int[] widths = new int[head.size()];
        for (int c = 0; c < widths.length; c++) {
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], Text.width(row.get(c)));
            }
            widths[c] = widths[c] == 0 ? 0 : Math.max(widths[c], head.get(c).length());
        }
        out.add(line(head, widths));
        rows.forEach(row -> out.add(line(row, widths)));
        return out;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder out = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            if (widths[c] > 0) {
                String cell = cells.get(c);
                out.append(cell).repeat(' ', widths[c] - Text.width(cell) + 2);
            }
        }
        return out.toString().stripTrailing();
    }
}
