module staffelstab

go 1.26.8
