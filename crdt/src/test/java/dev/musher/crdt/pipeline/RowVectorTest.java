package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The bytes of a row with one of everything in it. Nodes compare their hashes, so other bytes are
 * another format: a mesh that mixes both would cry alarm for ever.
 */
class RowVectorTest {

    @Test
    void theBytesOfARowStayWhatTheyAre() {
        Items items = new Items();
        Ref creation = new Ref(Moves.id(1), 3);
        Op.NewItem op =
                new Op.NewItem(
                        42,
                        new Origin(Origin.Kind.BOT, "import", 1_700_000_000_000L),
                        new TreeMap<>(
                                Map.of(
                                        Field.NAME, new Value.Text("Näme"),
                                        Field.BODY, new Value.Text("body"),
                                        Field.PRIORITY, new Value.Int(1))),
                        new TreeMap<>(
                                Map.of(
                                        SetName.LABELS,
                                        List.of(new Value.Text("x"), new Value.Text("y")))));
        Actor agent = new Actor.Agent("coder", new Ref(Moves.id(9), 1));
        Logged born =
                new Logged(
                        creation,
                        7,
                        1_700_000_000_001L,
                        agent,
                        Moves.device(2),
                        op,
                        Written.created(7, creation),
                        true,
                        false);
        Item item = Item.fold(ItemKey.of(creation), List.of(born));
        item = items.on(item, move(item, Event.START, Map.of()), 8);
        item = items.on(item, move(item, Event.MERGE, Map.of("branch", "b", "ahead", "2")), 9);
        Ref merge = item.moveRefs().getFirst();
        item = items.on(item, new Op.Count(item.key(), CounterName.RETRIES, 2, merge), 10);
        item = items.on(item, new Op.Count(item.key(), CounterName.TOKENS, 300, null), 10);
        Op other = new Op.SetField(item.key(), Field.NAME, new Value.Text("Other"), List.of());
        item = items.on(item, other, 10);
        item = items.on(item, new Op.CheckTodo(item.key(), "t", true, List.of()), 11);
        item = items.on(item, new Op.AddNote(item.key(), "note"), 12);
        Ref note = item.notes().notes().getFirst().ref();
        item = items.on(item, new Op.EditNote(item.key(), note, "edit", List.of()), 13);
        item = items.on(item, new Op.Tentative(item.key(), 1, null, 60_000), 14);
        assertEquals(
                """
                8d0158e01f0000000000000000000000000000000000000000000000000000000000000156000000
                000000000000000000000000000000000000000000000000000003eab30000000000000000000000
                00000000000000000000000000000000000003edd200000000000000000000000000000000000000
                0000000000000000000003eef1000000000000000000000000000000000000000000000000000000
                000003ef10000000000000000000000000000000000000000000000000000000000003f02f000000
                000000000000000000000000000000000000000000000000000003f1870702010101010186031b00
                00018bcfe56801182a830266696d706f72741b0000018bcfe56800840165636f6465725820170000
                00000000000000000000000000000000000000000000000000000000090158200000000000000000
                0000000000000000000000000000000000000000000000021b0000018bcfe5680181821840820384
                05616202f6a200841880654f7468657203654ec3a46d650682030183035820230d8358dc8e8890b4
                c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb504a1018283617803008361790301818361
                7418c0f58319012c0082000281861901005820edb465624291e4053c6c5ea4b7eb320dec773e10a5
                7d26b95dcf0564f8e310f8041901405820262121c5372be8af3ae6ff0d3d138d9e6e1249335222c7
                f0e02535e35073bb0b048185190180f4582000000000000000000000000000000000000000000000
                000000000000000000010119ea60
                """
                        .replace("\n", ""),
                HexFormat.of().formatHex(item.row()));
        assertEquals(
                "647901edc38604f338ff03df681acb027d0c849d68c7f465bcd83fc6ca541229",
                Item.hash(item.row()).hex());
    }

    private static Op.Move move(Item item, Event event, Map<String, String> details) {
        return new Op.Move(item.key(), event, item.moveRefs(), "", new TreeMap<>(details));
    }
}
