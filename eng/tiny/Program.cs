using Causeway.TinyRecipe;

const string Usage = """
    Makes causeway-tiny, the small support-desk model, from nothing but this folder.

      data FOLDER [--count N] [--seed N] [--limit N]   conversations as JSON lines, for training and held out
      make FOLDER [--minutes N] [--seed N]             vocabulary, weights, card; goes on where it was stopped
      measure FOLDER                                   tool choice, arguments, JSON on phrases that training never saw
    """;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var options = new Options(args);
switch (options.Verb)
{
    case "data":
        DataFiles.Write(options);
        return 0;
    case "make":
        new Maker(options).Run(stop.Token);
        return 0;
    case "measure":
        Console.WriteLine(await Measurement.OfAsync(options.Folder, stop.Token));
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
