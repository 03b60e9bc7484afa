package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class SoakHelpTest {

    @Test
    void theHelpNamesEachKindInALineWithHowOften() {
        List<String> said =
                new CommandLine(new RunSoak())
                        .getUsageMessage()
                        .lines()
                        .dropWhile(line -> !line.startsWith("Kinds of --disk"))
                        .skip(1)
                        .toList();
        List<String> due = new ArrayList<>();
        for (String name : DiskFaults.names()) {
            DiskFaults.Entry entry = DiskFaults.find(name);
            due.add(
                    String.format(
                            Locale.ROOT, "  %-10s %5d  %s", name, entry.runs(), entry.about()));
        }
        assertEquals(due, said);
    }
}
