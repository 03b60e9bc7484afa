package dev.musher.node.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksObject;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * The settings of RocksDB, with the native objects behind them. Closed after the database, in the
 * reverse order of making.
 *
 * <p>Measured on rows like ours (a change of 300 bytes, a third of it random): 16 KiB blocks and
 * ZSTD at the bottom level are what makes a change small; LZ4 above it costs nearly nothing in
 * writing. One cache holds blocks, indexes and filters, so that memory has one bound.
 */
final class Columns implements AutoCloseable {
    private static final int FILTER_BITS_PER_KEY = 10;
    private static final int DICTIONARY_BYTES = 16 << 10;

    private final Deque<RocksObject> natives = new ArrayDeque<>();
    private final Cache cache;
    private final Statistics statistics;
    private final DBOptions database;
    private final ReadOptions reads;
    private final WriteOptions writes;
    private final List<ColumnFamilyDescriptor> families = new ArrayList<>();

    /** How a database is opened. */
    enum Opening {
        /** Any doubt in the log is a refusal. */
        STRICT(WALRecoveryMode.AbsoluteConsistency),
        /** The end of the log may be torn. */
        TORN_TAIL(WALRecoveryMode.TolerateCorruptedTailRecords),
        /** Whatever can be read, for salvage only: rows are missing or old without a word. */
        SALVAGE(WALRecoveryMode.SkipAnyCorruptedRecords),
        /** The same from an older MANIFEST and without the log. */
        LAST_RESORT(WALRecoveryMode.SkipAnyCorruptedRecords);

        private final WALRecoveryMode log;

        Opening(WALRecoveryMode log) {
            this.log = log;
        }

        private boolean trusted() {
            return this == STRICT || this == TORN_TAIL;
        }
    }

    Columns(StoreOptions options, Opening opening) {
        cache = own(new LRUCache(options.blockCacheBytes(), 4, false, 0.3));
        // Counts only: histograms cost in every call, so all of them are named to be left out.
        statistics = own(new Statistics(EnumSet.allOf(HistogramType.class)));
        statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
        database = own(database(options, opening));
        reads = own(new ReadOptions().setVerifyChecksums(true));
        // Synced before a commit returns; refused where RocksDB would wait inside native code.
        writes = own(new WriteOptions().setSync(true).setNoSlowdown(true));
        families.add(
                new ColumnFamilyDescriptor(
                        RocksDB.DEFAULT_COLUMN_FAMILY, family(options, 4 << 10)));
        for (Table table : Table.values()) {
            families.add(
                    new ColumnFamilyDescriptor(
                            table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8),
                            family(table, options)));
        }
    }

    DBOptions database() {
        return database;
    }

    /** How everything is read. */
    ReadOptions reads() {
        return reads;
    }

    /** How everything is written. */
    WriteOptions writes() {
        return writes;
    }

    /** The store's own family, then those of the tables in their order. */
    List<ColumnFamilyDescriptor> families() {
        return families;
    }

    /** Syncs of the log since opening. */
    long logSyncs() {
        return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
    }

    /** Bytes of blocks in memory. */
    long cachedBytes() {
        return ((LRUCache) cache).getUsage();
    }

    /** Bytes of blocks in memory that somebody holds. */
    long pinnedBytes() {
        return ((LRUCache) cache).getPinnedUsage();
    }

    @Override
    public void close() {
        while (!natives.isEmpty()) {
            natives.removeLast().close();
        }
    }

    private DBOptions database(StoreOptions options, Opening opening) {
        // Only by name: the binding has no setter. A log file that is missing is noticed by it.
        Properties named = new Properties();
        named.setProperty("track_and_verify_wals_in_manifest", String.valueOf(opening.trusted()));
        DBOptions made = DBOptions.getDBOptionsFromProps(named);
        if (made == null) {
            throw new IllegalStateException("this RocksDB does not know a setting of ours");
        }
        return made.setCreateIfMissing(opening.trusted())
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(opening.trusted())
                .setBestEffortsRecovery(opening == Opening.LAST_RESORT)
                .setWalRecoveryMode(opening.log)
                // Opening moves the log into table files, so damage to it is reported once.
                .setAvoidFlushDuringRecovery(false)
                .setStatistics(statistics)
                .setMaxTotalWalSize(options.walBytesMax())
                .setDbWriteBufferSize(options.writeBufferBytes())
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setMaxOpenFiles(256)
                .setMaxManifestFileSize(4 << 20)
                .setManifestPreallocationSize(64 << 10)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(3)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private ColumnFamilyOptions family(Table table, StoreOptions options) {
        return switch (table) {
            case CHANGES, ITEMS, ITEM_LOG -> family(options, 16 << 10);
            case META, CHAINS, ARRIVALS, INDEX -> family(options, 8 << 10);
            case IDS -> lookups(options);
        };
    }

    /** A table of random keys that is mostly asked for keys it does not have. */
    private ColumnFamilyOptions lookups(StoreOptions options) {
        BloomFilter filter = own(new BloomFilter(FILTER_BITS_PER_KEY, false));
        return family(options, 4 << 10, blocks(4 << 10).setFilterPolicy(filter));
    }

    private ColumnFamilyOptions family(StoreOptions options, int blockBytes) {
        return family(options, blockBytes, blocks(blockBytes));
    }

    private ColumnFamilyOptions family(
            StoreOptions options, int blockBytes, BlockBasedTableConfig blocks) {
        CompressionOptions bottom =
                own(new CompressionOptions())
                        .setLevel(3)
                        .setMaxDictBytes(blockBytes > (8 << 10) ? DICTIONARY_BYTES : 0)
                        .setEnabled(true);
        return own(new ColumnFamilyOptions())
                .setTableFormatConfig(blocks)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setBottommostCompressionOptions(bottom)
                .setLevelCompactionDynamicLevelBytes(true)
                .setWriteBufferSize(options.writeBufferBytes() / 2)
                .setMaxWriteBufferNumber(4)
                .setMaxBytesForLevelBase(64 << 20)
                .setTargetFileSizeBase(16 << 20)
                // Writes are refused, not slowed: far more files than ordinary work ever makes.
                .setLevelZeroSlowdownWritesTrigger(40)
                .setLevelZeroStopWritesTrigger(64);
    }

    private BlockBasedTableConfig blocks(int blockBytes) {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(blockBytes)
                .setFormatVersion(5)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true);
    }

    private <T extends RocksObject> T own(T made) {
        natives.addLast(made);
        return made;
    }
}
