package dev.musher.ops.cli;

/** What a write answers, the same for all. */
final class Written {

    private Written() {}

    /** Says what happened to which item; answers the exit code for that. */
    static int say(Screen screen, Json done, String what) {
        String item = done.at("ref").exists() ? Views.ref(done) + " " : "";
        screen.say(item + what + "  change " + Text.brief(done.at("change").text()));
        screen.object(done);
        return 0;
    }
}
