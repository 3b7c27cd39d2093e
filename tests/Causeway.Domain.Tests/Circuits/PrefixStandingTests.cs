using System.Text;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>Where a declared prefix stands after each fact, as a table; and that nothing is permitted but what a proof of now permits, whatever came before.</summary>
public sealed class PrefixStandingTests
{
    private static readonly IpPrefix Prefix = IpPrefix.Parse("192.0.2.0/24");
    private static readonly Asn Owner = new(3333);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private static readonly RegistryProof ByIrr = new(At, EvidenceKind.Irr, ProofReason.RouteObject, [new PrefixPermit(Prefix, 24, Owner)]);

    private static readonly RegistryProof ByCover = ByIrr with { Kind = EvidenceKind.Cover, Reason = ProofReason.CoveredByProvenBlock };
    private static readonly RegistryProof InGrace = ByIrr with { Until = At + Grace, EndsBecause = "the object is gone" };
    private static readonly RegistryProof BySignature = ByIrr with
    {
        Kind = EvidenceKind.Signature,
        Reason = ProofReason.Signature,
        Until = At.AddDays(10),
        EndsBecause = "the certificate ends",
    };
    private static readonly TicketProof ByTicket = new(Ticket("t1"), At, At.AddDays(30), "letter");

    private static ResourceId Ticket(string name) => ResourceId.Of(Customer, "rg", "Microsoft.Support", "supportTickets", name);

    private static readonly (string Name, PrefixStanding Standing)[] Standings =
    [
        ("Pending", new PrefixStanding.Pending(At)),
        ("Unproven", new PrefixStanding.Unproven(At, ProofReason.NotRegistered, "nothing covers it")),
        ("Proven by IRR", new PrefixStanding.Proven(At, ByIrr, null)),
        ("Proven by IRR in grace", new PrefixStanding.Proven(At, InGrace, null)),
        ("Proven by cover", new PrefixStanding.Proven(At, ByCover, null)),
        ("Proven by signature", new PrefixStanding.Proven(At, BySignature, null)),
        ("Proven by signature that ends soon", new PrefixStanding.Proven(At, BySignature with { Until = At.AddHours(2) }, null)),
        ("Proven by ticket", new PrefixStanding.Proven(At, null, ByTicket)),
        ("Proven by IRR and ticket", new PrefixStanding.Proven(At, ByIrr, ByTicket)),
        (
            "Forbidden, with a ticket",
            new PrefixStanding.Unproven(At, ProofReason.RoaWrongOrigin, "a ROA names another") { Outweighed = ByTicket }
        ),
        ("Expired", new PrefixStanding.Expired(At, "the ticket ended")),
        (
            "Unproven, signed for later",
            new PrefixStanding.Unproven(At, ProofReason.NotRegistered, "nothing covers it") { SignedFrom = BySignature.Until }
        ),
        ("Expired, signed for later", new PrefixStanding.Expired(At, "the ticket ended") { SignedFrom = BySignature.Until }),
    ];

    private static readonly DateTimeOffset Later = At.AddHours(1);

    private static readonly ProofFact.NotFound Gone = new(Later, ProofReason.NotRegistered, "the object is gone", Grace);

    private static readonly (string Name, ProofFact Fact)[] Facts =
    [
        ("registries not loaded", new ProofFact.NotLoaded(Later)),
        ("found", new ProofFact.Found(Later, ByIrr with { Since = Later })),
        ("not found", Gone),
        ("not found, no grace", Gone with { Grace = TimeSpan.Zero }),
        ("not found, in silence", Gone with { IsSilence = true }),
        ("signed for", new ProofFact.Found(Later, BySignature with { Since = Later })),
        ("signed in vain", Gone with { Signature = SignatureState.SignatureVerificationFailed }),
        ("signed for later", Gone with { Signature = SignatureState.ValidationFailed, SignedFrom = BySignature.Until }),
        ("a ROA forbids it", Gone with { Reason = ProofReason.RoaWrongOrigin, Text = "a ROA names another" }),
        ("accepted", new ProofFact.Accepted(Later, ByTicket with { At = Later })),
        ("accepted, too late", new ProofFact.Accepted(At.AddDays(31), ByTicket)),
        ("rejected", new ProofFact.Rejected(Later, new TicketRejection(Ticket("t2"), Later, "illegible"))),
        ("rejected, same ticket", new ProofFact.Rejected(Later, new TicketRejection(Ticket("t1"), Later, "withdrawn"))),
        ("before anything ends", new ProofFact.Instant(Later)),
        ("grace ends", new ProofFact.Instant(At + Grace)),
        ("a certificate's time", new ProofFact.Instant(BySignature.Until!.Value)),
        ("the ticket ends", new ProofFact.Instant(ByTicket.Expires)),
    ];

    [Fact]
    public void What_each_fact_makes_of_each_standing_is_the_table()
    {
        var table = new StringBuilder();
        foreach ((string from, PrefixStanding standing) in Standings)
        {
            table.Append(from).Append('\n');
            foreach ((string name, ProofFact fact) in Facts)
            {
                PrefixStanding next = PrefixStanding.Decide(standing, fact);
                table.Append($"  {name, -24} {(next == standing ? "stays" : Describe(next))}\n");
            }
        }
        string path = Path.Combine(Folder(), "PrefixStanding.table.txt");
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            File.WriteAllText(path, table.ToString());
        Assert.True(File.Exists(path), $"{path} is missing: run with CAUSEWAY_RECORD=1.");
        Assert.Equal(File.ReadAllText(path), table.ToString());
    }

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string me = "") => Path.GetDirectoryName(me)!;

    private static string Describe(PrefixStanding standing) =>
        standing switch
        {
            PrefixStanding.Proven p =>
                $"Proven{(p.Registry is { } r ? $" by {r.Kind}{(r.Until is { } u ? $" until {u:u}" : "")}" : "")}{(p.Ticket is { } t ? $" by ticket until {t.Expires:u}" : "")}",
            PrefixStanding.Unproven u =>
                $"Unproven {u.Reason}: {u.Text}{Signed(u.Signature, u.SignedFrom)}{(u.Rejected is { } no ? $" (rejected: {no.Reason})" : "")}",
            PrefixStanding.Expired e =>
                $"Expired: {e.Text}{Signed(e.Signature, e.SignedFrom)}{(e.Rejected is { } no ? $" (rejected: {no.Reason})" : "")}",
            _ => standing.GetType().Name,
        };

    private static string Signed(SignatureState? state, DateTimeOffset? from) =>
        $"{(state is null ? "" : $" ({state})")}{(from is null ? "" : $" (counts from {from:u})")}";

    /// <summary>A reference that remembers the facts themselves: what is permitted has a ground that is true at that instant.</summary>
    [Fact]
    public void Whatever_happens_nothing_is_permitted_without_a_proof_of_now()
    {
        var random = new Random(20261126);
        for (int run = 0; run < 5_000; run++)
        {
            DateTimeOffset now = At;
            PrefixStanding standing = new PrefixStanding.Pending(now);
            RegistryProof? said = null;
            DateTimeOffset? saidUntil = null;
            DateTimeOffset? ticketUntil = null;
            bool forbidden = false;
            for (int step = 0; step < 30; step++)
            {
                now += TimeSpan.FromHours(random.Next(0, 30));
                // Time comes first, as a wake-up does.
                standing = PrefixStanding.Decide(standing, new ProofFact.Instant(now));
                if (saidUntil <= now)
                    (said, saidUntil) = (null, null);
                if (ticketUntil <= now)
                    ticketUntil = null;
                ProofFact fact;
                switch (random.Next(7))
                {
                    case 0:
                        int length = random.Next(24, 27);
                        said = new RegistryProof(now, EvidenceKind.Rpki, ProofReason.RoaValid, [new PrefixPermit(Prefix, length, Owner)]);
                        (saidUntil, forbidden) = (null, false);
                        if (random.Next(3) == 0)
                        {
                            saidUntil = now.AddHours(random.Next(1, 100));
                            said = said with { Kind = EvidenceKind.Signature, Until = saidUntil, EndsBecause = "the certificate ends" };
                        }
                        fact = new ProofFact.Found(now, said);
                        break;
                    case 1:
                        if (said is not null)
                            saidUntil = saidUntil < now + Grace ? saidUntil : now + Grace;
                        forbidden = false;
                        fact = Gone with { At = now };
                        break;
                    case 2:
                        fact = Gone with { At = now, IsSilence = true };
                        break;
                    case 3:
                        (said, saidUntil, forbidden) = (null, null, true);
                        fact = Gone with { At = now, Reason = ProofReason.RoaWrongOrigin };
                        break;
                    case 4:
                        ticketUntil = now.AddHours(random.Next(1, 100));
                        fact = new ProofFact.Accepted(now, ByTicket with { At = now, Expires = ticketUntil.Value });
                        break;
                    case 5:
                        ticketUntil = null;
                        fact = new ProofFact.Rejected(now, new TicketRejection(ByTicket.Ticket, now, "withdrawn"));
                        break;
                    default:
                        fact = new ProofFact.NotLoaded(now);
                        break;
                }
                standing = PrefixStanding.Decide(standing, fact);
                var prefix = new AdvertisedPrefix(Prefix) { Standing = standing };
                HashSet<PrefixPermit> allowed = [.. said?.Permits ?? []];
                if (ticketUntil is not null && !forbidden)
                    allowed.Add(new PrefixPermit(Prefix, 24, Owner));
                Assert.Equal(allowed.OrderBy(p => p.MaxLength), prefix.Permits(Owner).Distinct().OrderBy(p => p.MaxLength));
            }
        }
    }
}
