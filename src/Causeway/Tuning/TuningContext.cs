using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning;

/// <summary>What a running job needs from its surroundings.</summary>
/// <param name="Audit">Action, subject and detail (JSON) of an entry that must be on the disk before what it tells of happens.</param>
/// <param name="CodeVersion">Of this program, for the lineage.</param>
internal sealed record TuningContext(
    JobBoardState Board, FileShelfState Shelf, TuningBases Bases, TuningIds Ids, TimeProvider Time, Func<string, string, string, Task> Audit, string CodeVersion);
