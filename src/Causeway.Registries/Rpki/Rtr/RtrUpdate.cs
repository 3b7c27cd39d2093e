using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>
/// Collects the records between Cache Response and End of Data. Nothing of it is in use before the end, so an answer that breaks off changes nothing.
/// </summary>
internal abstract class RtrUpdate
{
    private RtrUpdate() { }

    /// <summary>Takes one record; the answer is the error to report, or null.</summary>
    public abstract RtrError? Take(RtrPdu.Prefix pdu);

    /// <summary>Takes one ASPA; one that is announced replaces that of the same customer.</summary>
    public abstract RtrError? Take(RtrPdu.Aspa pdu);

    /// <summary>The table after the update.</summary>
    public abstract VrpTable Finish();

    /// <summary>The ASPAs after the update.</summary>
    public abstract RtrAspas FinishAspas();

    /// <summary>Announcements of what had been announced in the same answer; known after <see cref="Finish"/>.</summary>
    public int Repeated { get; private protected set; }

    /// <summary>
    /// The answer to a Reset Query: everything, announcements only. The same VRP twice is a fault of the cache (RFC 8210 §5.6) that leaves no doubt about what is
    /// meant, and caches do it (StayRTR 0.5, RTRTR 0.2): it is counted, where an error would be answered by the same again.
    /// </summary>
    public sealed class Whole : RtrUpdate
    {
        private readonly List<Vrp> _vrps = [];
        private readonly RtrAspas.Builder _aspas = new(RtrAspas.Empty);

        public override RtrError? Take(RtrPdu.Prefix pdu)
        {
            if (!pdu.Announce)
                return RtrError.WithdrawalOfUnknown;
            if (_vrps.Count >= Limits.MaxVrps)
                return RtrError.InternalError;
            _vrps.Add(pdu.Vrp);
            return null;
        }

        public override RtrError? Take(RtrPdu.Aspa pdu) => _aspas.Take(pdu);

        public override RtrAspas FinishAspas() => _aspas.Build();

        public override VrpTable Finish()
        {
            var table = VrpTable.Build(_vrps);
            Repeated = _vrps.Count - table.Count;
            return table;
        }
    }

    /// <summary>The answer to a Serial Query: each record must change what was there (RFC 8210 §5.6), or the two sides do not speak of the same table.</summary>
    public sealed class Difference(VrpTable before, RtrAspas aspas) : RtrUpdate
    {
        private readonly Dictionary<Vrp, bool> _present = [];
        private readonly RtrAspas.Builder _aspas = new(aspas);

        public override RtrError? Take(RtrPdu.Aspa pdu) => _aspas.Take(pdu);

        public override RtrAspas FinishAspas() => _aspas.Build();

        public override RtrError? Take(RtrPdu.Prefix pdu)
        {
            bool present = _present.TryGetValue(pdu.Vrp, out bool changed) ? changed : before.Contains(pdu.Vrp);
            if (present == pdu.Announce)
                return pdu.Announce ? RtrError.DuplicateAnnouncement : RtrError.WithdrawalOfUnknown;
            if (_present.Count >= Limits.MaxVrps)
                return RtrError.InternalError;
            _present[pdu.Vrp] = pdu.Announce;
            return null;
        }

        public override VrpTable Finish() =>
            _present.Count == 0
                ? before
                : VrpTable.Build(before.All.Where(v => !_present.ContainsKey(v)).Concat(_present.Where(p => p.Value).Select(p => p.Key)));
    }
}
