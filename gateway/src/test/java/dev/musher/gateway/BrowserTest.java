package dev.musher.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import dev.musher.node.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a real gateway and real nodes. Skipped where there is none. */
class BrowserTest {

    private static final List<Path> BROWSERS =
            List.of(
                    Path.of("/usr/bin/chromium"),
                    Path.of("/usr/bin/chromium-browser"),
                    Path.of("/usr/bin/google-chrome"));

    private static Playwright playwright;
    private static Browser browser;

    @TempDir Path folder;

    @BeforeAll
    static void open() {
        Path program = BROWSERS.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(program != null, "no Chromium in " + BROWSERS);
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(program)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync")));
    }

    @AfterAll
    static void close() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    @Tag("M-13")
    void opensByALinkAndShowsChangesAsTheyCome() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            Caller there = town.caller(town.node("alpha"));
            there.create("/api/v1", "was there before");
            String path = town.join(there, "reader");
            town.gateway().until(path, p -> p.path("items").asInt() == 1);

            signIn(town, page);
            assertThat(card(page, "was there before")).isVisible();
            assertThat(page.locator(".connection")).hasText("live");
            String id = there.create("/api/v1", "came while watching");
            assertThat(card(page, "came while watching")).isVisible();
            there.json(200, "POST", "/api/v1/items/" + id + "/events", "{\"event\":\"start\"}");
            assertThat(page.locator(".column-coding .card")).hasCount(1);

            // A reader's page offers nothing that would be refused.
            card(page, "came while watching").click();
            assertThat(page.locator(".drawer .readonly")).isVisible();
            assertThat(page.locator(".drawer .actions")).hasCount(0);
        }
    }

    @Test
    @Tag("M-13")
    void readsUntilItCanAndThenMissesNothing() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            Caller there = town.caller(town.node("alpha"));
            town.join(there, "reader");
            AtomicInteger refused = new AtomicInteger();
            page.route(
                    "**/api/v1/board",
                    asked -> {
                        if (refused.incrementAndGet() <= 2) {
                            asked.abort();
                        } else {
                            asked.resume();
                        }
                    });
            signIn(town, page);
            assertThat(page.locator(".connection")).hasText("live");
            assertTrue(refused.get() > 2);
            there.create("/api/v1", "came while watching");
            assertThat(card(page, "came while watching")).isVisible();

            Caller beta = town.caller(town.node("beta"));
            beta.create("/api/v1", "was there before it was added");
            town.join(beta, "reader");
            assertThat(card(page, "was there before it was added")).isVisible();
        }
    }

    @Test
    @Tag("M-13")
    void saysWhatIsWrongWithAProject() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            town.join(town.caller(town.node("alpha")), "reader");
            page.route(
                    "**/api/v1/projects",
                    asked -> {
                        APIResponse real = asked.fetch();
                        String told = real.text();
                        String bad =
                                told.replace("\"problems\":[]", "\"problems\":[\"3 rows lost\"]");
                        asked.fulfill(new Route.FulfillOptions().setResponse(real).setBody(bad));
                    });
            signIn(town, page);
            assertThat(page.locator(".trouble")).containsText("alpha");
            assertThat(page.locator(".trouble")).containsText("3 rows lost");
            assertThat(page.locator(".dot.bad")).hasCount(1);
        }
    }

    @Test
    void withoutALinkItShowsNothingAndSaysHowToSignIn() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            page.navigate(town.running().http().toString());
            assertThat(page.locator(".error")).containsText("not signed in");
            assertThat(page.locator(".card")).hasCount(0);
        }
    }

    @Test
    @Tag("M-03")
    void settlesAConflictByOneClick() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            Node first = town.node("alpha");
            Caller one = town.caller(first);
            String id = one.create("/api/v1", "edited twice");
            Caller two = town.caller(town.node("second", "join", Town.invite(one, "member")));
            two.until("/api/v1/items?q=edited", items -> items.path("items").size() == 1);
            String path = town.join(one, "member");
            two.json(200, "POST", "/api/v1/offline", "{\"offline\":true}");
            one.json(200, "PATCH", "/api/v1/items/" + id, "{\"assignee\":\"ada\"}");
            two.json(200, "PATCH", "/api/v1/items/" + id, "{\"assignee\":\"ben\"}");
            two.json(200, "POST", "/api/v1/offline", "{\"offline\":false}");
            town.gateway().until(path, p -> p.path("conflicts").asInt() == 1);

            signIn(town, page);
            card(page, "edited twice").click();
            Locator choices = page.locator(".choice");
            assertThat(choices).hasCount(2);
            String kept = page.locator(".choice:not(.now) .value").innerText();
            page.locator(".choice:not(.now) button").click();

            assertThat(page.locator(".conflicts")).hasCount(0);
            one.until(
                    "/api/v1/items/" + id,
                    item ->
                            item.path("assignee").asText().equals(kept)
                                    && item.path("conflicts").isEmpty());
        }
    }

    @Test
    @Tag("M-04")
    void showsWhoTakesPartAndWhoWasShutOutByWhom() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            Caller one = town.caller(town.node("alpha"));
            Node lost = town.node("second", "join", Town.invite(one, "member"));
            String device = lost.device().hex();
            one.until("/api/v1/members", m -> m.path("members").size() == 3);
            String path = town.join(one, "reader");
            one.json(200, "POST", "/api/v1/revoke", "{\"device\":\"" + device + "\"}");
            town.gateway()
                    .until(
                            path + "/members",
                            m -> m.path("members").findValuesAsText("cut").contains("true"));

            signIn(town, page);
            page.getByText("Devices").click();
            assertThat(page.locator(".devices li")).hasCount(4);
            assertThat(page.locator(".devices .revoked")).hasCount(1);
            assertThat(page.locator(".devices .revoked")).containsText(lost.device().shortText());
            assertThat(page.locator(".devices .revoked")).containsText("Revoked by ");
        }
    }

    @Test
    @Tag("T-E5")
    void namesThatAreCodeStayText() throws Exception {
        List<String> names =
                List.of(
                        "<script>window.hit=1</script>",
                        "<img src=x onerror=window.hit=1>",
                        "\"><svg onload=window.hit=1>",
                        "javascript:window.hit=1//",
                        "${window.hit=1}",
                        "{{constructor.constructor('window.hit=1')()}}",
                        "<iframe srcdoc='<script>parent.hit=1</script>'>",
                        "<style>@import 'x'</style>",
                        "<!--><img src=x onerror=window.hit=1>");
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            List<String> faults = new ArrayList<>();
            page.onPageError(faults::add);
            Caller there = town.caller(town.node("<b onclick=window.hit=1>alpha</b>"));
            String path = town.join(there, "member");
            for (String name : names) {
                String id = there.create("/api/v1", name);
                there.json(
                        200, "POST", "/api/v1/items/" + id + "/notes", Caller.text("text", name));
                there.json(200, "PATCH", "/api/v1/items/" + id, Caller.text("body", name));
            }
            town.gateway().until(path, p -> p.path("items").asInt() == names.size());

            signIn(town, page);
            assertThat(page.locator(".card")).hasCount(names.size());
            for (String name : names) {
                card(page, name).click();
                assertThat(page.locator(".drawer h2")).hasText(name);
                assertThat(page.locator(".drawer .note pre")).hasText(name);
                assertThat(page.locator(".drawer .body")).hasText(name);
            }
            assertEquals("undefined", page.evaluate("typeof window.hit"));
            assertEquals(0, page.locator("#app script, #app iframe, #app style").count());
            assertEquals(List.of(), faults);
        }
    }

    private static Locator card(Page page, String name) {
        return page.locator(".card")
                .filter(
                        new Locator.FilterOptions()
                                .setHas(
                                        page.getByText(
                                                name, new Page.GetByTextOptions().setExact(true))))
                .locator(".card-button");
    }

    @Test
    void aLongColumnComesByAndByAndIsCountedWhole() throws Exception {
        try (Town town = new Town(folder);
                Page page = browser.newPage()) {
            Caller there = town.caller(town.node("alpha"));
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 130; i++) {
                lines.append("{\"op\":\"create\",\"type\":\"bug\",\"name\":\"item ")
                        .append(i)
                        .append("\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}\n");
            }
            assertEquals(200, there.send("POST", "/api/v1/batch", lines.toString()).statusCode());
            String path = town.join(there, "reader");
            town.gateway().until(path, p -> p.path("items").asInt() == 130);

            signIn(town, page);
            Locator cards = page.locator(".column-backlog .card");
            assertThat(page.locator(".column-backlog h2 .count")).hasText("130");
            assertThat(cards).hasCount(60);
            page.locator(".column-backlog .more").click();
            assertThat(cards).hasCount(120);
            page.locator(".column-backlog .more").click();
            assertThat(cards).hasCount(130);
            assertThat(page.locator(".column-backlog .more")).hasCount(0);
            page.reload();
            page.locator(".filter").fill("item 129");
            assertThat(card(page, "item 129")).isVisible();
        }
    }

    private static void signIn(Town town, Page page) throws Exception {
        String link =
                town.gateway().json(201, "POST", "/api/v1/sessions", "{}").path("link").asText();
        page.navigate(town.gateway().uri(link).toString());
    }
}
