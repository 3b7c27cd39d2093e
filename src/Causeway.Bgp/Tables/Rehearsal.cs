using System.Buffers.Binary;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>
/// The way of an UPDATE through the tables and out again, gone a few times with made-up routes before the first peer calls. The runtime compiles what it sees
/// for the first time, and again what it sees often; a fifth of a second of that would else fall into the first table that a peer sends, and be more than half of
/// what 200,000 routes cost.
/// </summary>
internal static class Rehearsal
{
    private const int Messages = 64;

    /// <summary>Calls of a method after which the runtime compiles it better are counted only when for 100 ms nothing new was compiled.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>First as it was delivered, then counted, then measured, then at its best.</summary>
    private const int Rounds = 4;

    private static readonly Lazy<Task> Once = new(() => Task.Run(RunAsync));

    /// <summary>Begins in the background, once in a process.</summary>
    public static void Begin() => _ = Once.Value;

    private static async Task RunAsync()
    {
        for (int round = 0; round < Rounds; round++)
        {
            // The first pause leaves the processor to what else is starting.
            await Task.Delay(Pause, TimeProvider.System);
            Run();
        }
    }

    /// <summary>Two peers announce the same prefixes, change their minds and withdraw; a third one listens.</summary>
    /// <returns>Routes that the listener was told at the most.</returns>
    internal static int Run()
    {
        var rib = new Rib();
        var checking = CompiledPolicy.Compile(
            new RoutePolicy([
                new PolicyTerm
                {
                    Validity = OriginValidity.Invalid,
                    Accept = false,
                    Reason = RefuseReason.RpkiInvalid,
                },
                new PolicyTerm
                {
                    UpstreamPath = PathValidity.Invalid,
                    Accept = false,
                    Reason = RefuseReason.AspaInvalid,
                },
                new PolicyTerm { Accept = true },
            ])
        );
        CompiledPolicy? all = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
        rib.SetVrps(VrpTable.Build([new Vrp(IpPrefix.V4(0xC6336400, 24), 24, new Asn(64496))]));
        RibPeer one = rib.Add(Facts(1), all),
            two = rib.Add(Facts(2), checking),
            listener = rib.Add(Facts(3), all);
        AdjRibOut told = rib.AddOut(listener, all, () => { });
        int most = 0;
        byte[] sent = new byte[64 * 1024],
            received = new byte[Messages * 128];
        foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
            for (byte step = 0; step < 4; step++)
            {
                bool announce = step < 3;
                foreach (RibPeer peer in (RibPeer[])[one, two])
                {
                    int length = 0;
                    for (byte number = 0; number < Messages; number++)
                        length += Write(received.AsSpan(length), family, number, announce ? step : null);
                    rib.Ingest(peer, received.AsSpan(0, length), extended: false);
                }
                for (bool more = true; more; )
                    told.Write(sent, out more);
                most = Math.Max(most, told.Advertised(IpFamily.V4) + told.Advertised(IpFamily.V6));
            }
        rib.RemoveOut(told);
        return most;
    }

    private static PeerFacts Facts(byte number) =>
        new()
        {
            Name = "rehearsal",
            PeerAsn = new Asn(64496u + number),
            LocalAsn = new Asn(64496),
            PeerAddress = new IPAddress([192, 0, 2, number]),
            LocalAddress = new IPAddress([192, 0, 2, 254]),
            NextHopV6 = IPAddress.Parse("2001:db8::254"),
            PeerRouterId = number,
            V6 = true,
        };

    /// <summary>An UPDATE of one prefix that announces it on one of a few paths, or withdraws it.</summary>
    private static int Write(Span<byte> to, IpFamily family, byte number, byte? path)
    {
        bool v4 = family == IpFamily.V4;
        byte[] nlri = v4 ? [24, 198, 51, number] : [48, 0x20, 1, 0x0D, 0xB8, 0, number];
        byte[] attributes = path is { } last
            ? [0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0xFB, 0xF8, 0, 0, 0xFC, (byte)(last + number % 8), 0xC0, 8, 4, 0xFB, 0xF8, 0, 1]
            : [];
        if (v4 && path is not null)
            attributes = [.. attributes, 0x40, 3, 4, 192, 0, 2, 1];
        else if (!v4)
            attributes =
            [
                .. path is not null
                    ? (byte[])[0x80, 14, (byte)(21 + nlri.Length), 0, 2, 1, 16, 0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
                    : [0x80, 15, (byte)(3 + nlri.Length), 0, 2, 1],
                .. nlri,
                .. attributes,
            ];
        byte[] withdrawn = v4 && path is null ? nlri : [],
            announced = v4 && path is not null ? nlri : [];
        int length = MessageHeader.Size + 4 + withdrawn.Length + attributes.Length + announced.Length;
        to[..16].Fill(0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(to[16..], (ushort)length);
        to[18] = (byte)MessageType.Update;
        Span<byte> body = to[MessageHeader.Size..];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)withdrawn.Length);
        withdrawn.CopyTo(body[2..]);
        body = body[(2 + withdrawn.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)attributes.Length);
        attributes.CopyTo(body[2..]);
        announced.CopyTo(body[(2 + attributes.Length)..]);
        return length;
    }
}
