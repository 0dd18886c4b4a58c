print("paddock-runner")
