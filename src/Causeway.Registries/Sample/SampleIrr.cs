using System.Text;
using Causeway.Registries.Irr.Loading;

namespace Causeway.Registries.Sample;

/// <summary>
/// The embedded sample of the IRR, beside <see cref="SampleRpki"/>: documentation prefixes and AS numbers only, in the sources that the registry names on
/// the wire stand for. AS64496 has its route objects in RIPE and RADB, AS64497 only in RADB, AS64498 none (a ROA alone), AS64499 in ARIN through an AS-SET.
/// </summary>
public static class SampleIrr
{
    private const string Rpsl = """
        mntner:         MAINT-AS64496
        descr:          Example Network A
        auth:           PGPKEY-00000000
        mnt-by:         MAINT-AS64496
        source:         RIPE

        aut-num:        AS64496
        as-name:        EXAMPLE-A
        descr:          Example Network A
        mnt-by:         MAINT-AS64496
        source:         RIPE

        route:          192.0.2.0/24
        descr:          Example Network A
        origin:         AS64496
        mnt-by:         MAINT-AS64496
        created:        2026-01-01T00:00:00Z
        last-modified:  2026-01-01T00:00:00Z
        source:         RIPE

        route6:         2001:db8::/32
        descr:          Example Network A
        origin:         AS64496
        mnt-by:         MAINT-AS64496
        created:        2026-01-01T00:00:00Z
        last-modified:  2026-01-01T00:00:00Z
        source:         RIPE

        as-set:         AS64496:AS-CUSTOMERS
        descr:          Example Network A and its customers
        members:        AS64496, RADB::AS-EXAMPLE-B, ARIN::AS64499:AS-ALL
        mnt-by:         MAINT-AS64496
        source:         RIPE

        route:          192.0.2.0/24
        descr:          Proxy route object for Example Network A
        origin:         AS64496
        mnt-by:         MAINT-AS64500
        source:         RADB

        route:          198.51.100.0/24
        descr:          Example Network B
        origin:         AS64497
        mnt-by:         MAINT-AS64497
        source:         RADB

        route6:         2001:db8:b000::/36
        descr:          Example Network B
        origin:         AS64497
        mnt-by:         MAINT-AS64497
        source:         RADB

        as-set:         AS-EXAMPLE-B
        descr:          Example Network B
        members:        AS64497
        mnt-by:         MAINT-AS64497
        source:         RADB

        aut-num:        AS64499
        as-name:        EXAMPLE-D
        descr:          Example Network D
        mnt-by:         MAINT-AS64499
        source:         ARIN

        route:          198.51.100.128/25
        descr:          Example Network D, a block of its own within Example Network B's
        origin:         AS64499
        mnt-by:         MAINT-AS64499
        source:         ARIN

        route6:         2001:db8:d000::/36
        descr:          Example Network D
        origin:         AS64499
        mnt-by:         MAINT-AS64499
        source:         ARIN

        as-set:         AS64499:AS-ALL
        descr:          Example Network D
        members:        AS64499
        mnt-by:         MAINT-AS64499
        source:         ARIN

        """;

    /// <summary>The sample as a dump of the sources RIPE, RADB and ARIN.</summary>
    public static IrrDump Dump => IrrDump.Bytes("the embedded sample", Encoding.UTF8.GetBytes(Rpsl));
}
